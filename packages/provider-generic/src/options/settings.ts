import { OrthancOAuthError, Secret, type SecretSource } from '@orthanc-oauth/core'
import { checkedUrl } from './checked-url.ts'
import type { ClientAuthentication, GenericProviderOptions } from './generic-provider-options.ts'
import { requestParameters } from './request-parameters.ts'

export type SecretMethod = 'client_secret_post' | 'client_secret_basic' | 'client_secret_jwt'

/** What the client proves itself by, and nothing of what another method would need. */
export type Credentials =
  | { readonly method: SecretMethod; readonly secret: SecretSource }
  | ({ readonly method: 'private_key_jwt' } & KeyOptions)
  | { readonly method: 'none' }

export interface KeyOptions {
  readonly key: SecretSource
  readonly password: SecretSource | undefined
  readonly keyId: string | undefined
  readonly algorithm: string | undefined
  readonly certificateFile: string | undefined
}

export interface Trust {
  readonly caFile: string | undefined
  readonly verify: boolean
}

/** The options, checked and copied. */
export interface Settings {
  /** As it was given: assertions name it byte for byte. */
  readonly issuer: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly clientId: string
  readonly credentials: Credentials
  /** Of the token request, but grant_type and what authenticates the client. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  readonly trust: Trust
  readonly allowInsecureHttp: boolean
  readonly onWarning: (message: string) => void
}

const METHODS: readonly ClientAuthentication[] = [
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
]

/** @throws OrthancOAuthError CFG-001, CFG-002, CFG-104 or CFG-105, naming the option */
export function settingsOf(options: GenericProviderOptions): Settings {
  const { issuer, tokenEndpoint, allowInsecureHttp = false, onWarning = () => {} } = options
  if (issuer === undefined && tokenEndpoint === undefined) throw missing('issuer or tokenEndpoint')
  if (issuer !== undefined && checkedUrl('issuer', issuer, allowInsecureHttp).search !== '')
    throw new OrthancOAuthError('CFG-002', 'issuer has a query (RFC 8414, section 2)', {
      details: { option: 'issuer' },
    })
  if (tokenEndpoint !== undefined) checkedUrl('tokenEndpoint', tokenEndpoint, allowInsecureHttp)
  if (typeof options.clientId !== 'string' || options.clientId === '') throw missing('clientId')
  return Object.freeze({
    issuer,
    tokenEndpoint,
    clientId: options.clientId,
    credentials: credentialsOf(options),
    parameters: requestParameters(options),
    trust: Object.freeze({ caFile: options.caFile, verify: options.verifyTls ?? true }),
    allowInsecureHttp,
    onWarning,
  })
}

function credentialsOf(options: GenericProviderOptions): Credentials {
  const method = options.clientAuthentication ?? 'client_secret_post'
  switch (method) {
    case 'client_secret_post':
    case 'client_secret_basic':
    case 'client_secret_jwt':
      return { method, secret: required('clientSecret', options.clientSecret, method) }
    case 'private_key_jwt':
      return {
        method,
        key: required('privateKey', options.privateKey, method),
        password: options.privateKeyPassword && copied('privateKeyPassword', options.privateKeyPassword),
        keyId: options.privateKeyId,
        algorithm: options.privateKeyAlgorithm,
        certificateFile: options.certificateFile,
      }
    case 'none':
      return { method }
    default:
      throw new OrthancOAuthError('CFG-002', `clientAuthentication is none of ${METHODS.join(', ')}`, {
        details: { option: 'clientAuthentication' },
      })
  }
}

function required(option: string, source: SecretSource | undefined, method: ClientAuthentication): SecretSource {
  if (source === undefined) throw missing(option, ` for ${method}`)
  return copied(option, source)
}

function copied(option: string, source: SecretSource): SecretSource {
  if (source instanceof Secret) return source
  if (typeof source?.file === 'string') return Object.freeze({ file: source.file })
  throw new OrthancOAuthError('CFG-002', `${option} is neither a Secret nor { file }`, { details: { option } })
}

function missing(option: string, why = ''): OrthancOAuthError {
  return new OrthancOAuthError('CFG-001', `${option} is missing${why}`, { details: { option } })
}
