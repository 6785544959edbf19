import type { LaterSectionKey } from './schema/section-schema.ts'
import type { LaterServerKey } from './schema/server-schema.ts'
import type { Settings } from './settings.ts'

/** What is done with a key whose work is still to come. */
interface Later {
  /** refused: ignoring it would weaken something or leave no token. ignored: a warning is enough. */
  readonly effect: 'refused' | 'ignored'
  /** What is missing. */
  readonly work: string
  /** What to do meanwhile. Of a refused key alone. */
  readonly instead?: string
}

const refused = (work: string, instead: string): Later => ({ effect: 'refused', work, instead })
const ignored = (work: string): Later => ({ effect: 'ignored', work })

const managedIdentity = refused('the provider azure', 'no such key, and a client with a secret or a private key')
const googleAccount = refused('the provider google', 'no such key: there is no other way to a token of Google yet')
const awsCredentials = refused('the provider aws', 'no such key: there is no other way to signed requests yet')
const ofAzure = ignored('the provider azure')
const ofAws = ignored('the provider aws')
const adjustment = ignored('adjusting requests to the server')

const serverKeys: Readonly<Record<LaterServerKey, Later>> = {
  UseManagedIdentity: managedIdentity,
  UseDefaultCredential: managedIdentity,
  ServiceAccount: googleAccount,
  ServiceAccountFile: googleAccount,
  AuthorizedUserFile: googleAccount,
  CredentialsFile: googleAccount,
  ImpersonateServiceAccount: googleAccount,
  RoleArn: awsCredentials,
  UseInstanceProfile: awsCredentials,
  TenantId: ofAzure,
  Cloud: ofAzure,
  AuthorityHost: ofAzure,
  ManagedIdentityClientId: ofAzure,
  DisableJWTValidation: ofAzure,
  Region: ofAws,
  Profile: ofAws,
  ExternalId: ofAws,
  PayloadSigning: ofAws,
  Dialect: adjustment,
  MaxInstancesPerRequest: adjustment,
  StudyRetrieve: adjustment,
  TransferSyntax: adjustment,
  RewriteUrls: adjustment,
  DuplicatesAreStored: adjustment,
  MaxRequestBytes: ignored('limits of a server'),
  MaxConcurrentRequests: ignored('limits of a server'),
  MaxBytesPerSecond: ignored('limits of a server'),
}

const sharedCache = ignored('tokens shared by a fleet')
const headerEndpoint = ignored('the header endpoint for other proxies')

const sectionKeys: Readonly<Record<LaterSectionKey, Later>> = {
  CacheBackend: sharedCache,
  CacheType: sharedCache,
  Redis: sharedCache,
  RedisUrl: sharedCache,
  LogFile: ignored('a log file beside the output'),
  AuthorizeKey: headerEndpoint,
  AuthorizeKeyFile: headerEndpoint,
  AuditUids: ignored('the audit log'),
}

/** Values that ask for what is done anyway; an empty list is one too. */
const NOTHING_ASKED: readonly unknown[] = [undefined, null, false, '', 'memory']

export function checkLaterServerKeys(settings: Settings<object>): void {
  checkLaterKeys(serverKeys, settings)
}

export function checkLaterSectionKeys(settings: Settings<object>): void {
  checkLaterKeys(sectionKeys, settings)
}

function checkLaterKeys(keys: Readonly<Record<string, Later>>, settings: Settings<object>): void {
  const values = settings.values as Record<string, unknown>
  for (const [key, { effect, work, instead = '' }] of Object.entries(keys)) {
    const value = values[key]
    if (NOTHING_ASKED.includes(value) || (Array.isArray(value) && value.length === 0)) continue
    if (effect === 'refused')
      settings.report('CFG-103', key, { found: `a key whose work is still to come (${work})`, expected: instead })
    else settings.warn(key, `has no effect: its work is still to come (${work})`)
  }
}
