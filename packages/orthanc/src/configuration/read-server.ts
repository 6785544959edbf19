import { Secret } from '@orthanc-oauth/core'
import { clientCredentials } from './client-credentials.ts'
import { realmOf } from './detect-provider.ts'
import { checkLaterServerKeys } from './later-keys.ts'
import { keyOf } from './option-keys.ts'
import { policies } from './policies.ts'
import { present } from './present.ts'
import { providerOf } from './provider-of.ts'
import type { ResilienceValues } from './schema/resilience-schema.ts'
import type { ServerValues } from './schema/server-schema.ts'
import { readableFile } from './secrets.ts'
import type { ServerOptions } from './server-options.ts'
import { serverUrls } from './server-urls.ts'
import type { Settings } from './settings.ts'
import { verification } from './verification.ts'

const MS = 1000
/** As the Python plugin. */
const DEFAULT_REFRESH_BUFFER_SECONDS = 300

/** One entry of `Servers`; undefined where it has no Url, which was reported then. */
export async function readServer(
  name: string,
  settings: Settings<ServerValues>,
  resilience: ResilienceValues | undefined,
): Promise<ServerOptions | undefined> {
  const { values } = settings
  const { ExtraParameters, ProviderOptions } = values
  checkLaterServerKeys(settings)
  if (values.Mode === 'push')
    settings.report('CFG-103', 'Mode', { found: 'push, whose work is still to come', expected: 'proxy' })
  const urls = serverUrls(settings)
  const provider = providerOf(settings, urls)
  const isOurs = provider === 'generic' || provider === 'keycloak'
  if (provider === 'generic' && !values.TokenEndpoint && !values.Issuer)
    settings.missing(
      ['TokenEndpoint', 'Issuer'],
      'the URL of the token endpoint, or Issuer, where it is to be found out',
    )
  const realmUrl = urls.realmUrl ?? urls.issuer ?? (urls.tokenEndpoint && realmOf(urls.tokenEndpoint))
  if (provider === 'keycloak' && realmUrl === undefined)
    settings.missing(['RealmUrl'], 'the URL of the realm, such as https://keycloak.example/realms/hospital')
  if (isOurs && ProviderOptions !== undefined)
    settings.warn('ProviderOptions', `has no effect with the provider ${provider}`)
  const credentials = await clientCredentials(settings, isOurs)
  const verifySsl = await trust(settings)
  if (urls.url === undefined) return undefined
  return present({
    name,
    ...urls,
    url: urls.url,
    realmUrl: provider === 'keycloak' ? realmUrl : undefined,
    mode: 'proxy' as const,
    provider,
    ...credentials,
    scope: values.Scope || undefined,
    audience: values.Audience || undefined,
    resource: values.Resource?.length ? values.Resource : undefined,
    extraParameters: ExtraParameters && (() => ExtraParameters),
    dpop: values.DPoP,
    verification: verification(settings),
    httpProxy: values.HttpProxy ? new Secret(values.HttpProxy) : undefined,
    verifySsl,
    allowInsecureHttp: values.AllowInsecureHttp,
    refreshBuffer: refreshBuffer(settings) * MS,
    ...policies(resilience, values.ResilienceConfig),
    flags: present({
      hasDelete: values.HasDelete,
      chunkedTransfers: values.ChunkedTransfers,
      hasWadoRsUniversalTransferSyntax: values.HasWadoRsUniversalTransferSyntax,
      timeout: values.Timeout && values.Timeout * MS,
    }),
    providerOptions: ProviderOptions === undefined ? undefined : () => ProviderOptions,
    location: settings.problems.locate(settings.path),
    locate: (option: string) => {
      const key = keyOf(option, (name) => (values as Readonly<Record<string, unknown>>)[name] !== undefined)
      return key === undefined ? undefined : settings.problems.locate([...settings.path, key])
    },
  })
}

function refreshBuffer(settings: Settings<ServerValues>): number {
  const key = settings.nameOf('TokenRefreshBufferSeconds', 'RefreshBufferSeconds')
  return settings.values[key] ?? DEFAULT_REFRESH_BUFFER_SECONDS
}

async function trust(settings: Settings<ServerValues>): Promise<boolean | string> {
  const { VerifySSL } = settings.values
  if (VerifySSL === false)
    settings.warn('VerifySSL', 'certificates are not verified: who sits in between reads tokens and patient data')
  if (typeof VerifySSL === 'boolean') return VerifySSL
  return (VerifySSL !== '' && (await readableFile(settings, 'VerifySSL'))) || true
}
