import { OrthancOAuthError, type SecretSource } from '@orthanc-oauth/core'
import type { Egress } from '@orthanc-oauth/egress'
import { checkedUrl } from '@orthanc-oauth/egress'
import type { ClientAuthentication, GenericProviderOptions } from './generic-provider-options.ts'
import { optionalBoolean, optionalFunction, optionalSecret, optionalString } from './option-types.ts'
import { requestParameters } from './request-parameters.ts'

type SecretMethod = 'client_secret_post' | 'client_secret_basic' | 'client_secret_jwt'

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

/** The options, checked and copied. */
export interface Settings {
  /** As it was given: assertions name it byte for byte. */
  readonly issuer: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly clientId: string
  readonly credentials: Credentials
  /** Of the token request, but grant_type and what authenticates the client. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  readonly egress: Egress
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
  const issuer = optionalString('issuer', options.issuer)
  const tokenEndpoint = optionalString('tokenEndpoint', options.tokenEndpoint)
  const clientId = optionalString('clientId', options.clientId)
  const allowInsecureHttp = optionalBoolean('allowInsecureHttp', options.allowInsecureHttp) ?? false
  if (issuer === undefined && tokenEndpoint === undefined) throw missing('issuer or tokenEndpoint')
  if (issuer !== undefined && checkedUrl('issuer', issuer, allowInsecureHttp).search !== '')
    throw new OrthancOAuthError('CFG-002', 'issuer has a query (RFC 8414, section 2)', {
      details: { option: 'issuer' },
    })
  if (tokenEndpoint !== undefined) checkedUrl('tokenEndpoint', tokenEndpoint, allowInsecureHttp)
  if (clientId === undefined || clientId === '') throw missing('clientId')
  return Object.freeze({
    issuer,
    tokenEndpoint,
    clientId,
    credentials: credentialsOf(options),
    parameters: requestParameters(options),
    egress: Object.freeze({
      caFile: optionalString('caFile', options.caFile),
      verifyTls: optionalBoolean('verifyTls', options.verifyTls) ?? true,
    }),
    allowInsecureHttp,
    onWarning: optionalFunction('onWarning', options.onWarning) ?? (() => {}),
  })
}

/** What the method does not use is checked too: a mistake shows before the method is changed. */
function credentialsOf(options: GenericProviderOptions): Credentials {
  const { clientAuthentication: method = 'client_secret_post' } = options
  const secret = optionalSecret('clientSecret', options.clientSecret)
  const key = optionalSecret('privateKey', options.privateKey)
  const keyOptions = {
    password: optionalSecret('privateKeyPassword', options.privateKeyPassword),
    keyId: optionalString('privateKeyId', options.privateKeyId),
    algorithm: optionalString('privateKeyAlgorithm', options.privateKeyAlgorithm),
    certificateFile: optionalString('certificateFile', options.certificateFile),
  }
  switch (method) {
    case 'client_secret_post':
    case 'client_secret_basic':
    case 'client_secret_jwt':
      if (secret === undefined) throw missing('clientSecret', ` for ${method}`)
      return { method, secret }
    case 'private_key_jwt':
      if (key === undefined) throw missing('privateKey', ` for ${method}`)
      return { method, key, ...keyOptions }
    case 'none':
      return { method }
    default:
      throw new OrthancOAuthError('CFG-002', `clientAuthentication is none of ${METHODS.join(', ')}`, {
        details: { option: 'clientAuthentication' },
      })
  }
}

function missing(option: string, why = ''): OrthancOAuthError {
  return new OrthancOAuthError('CFG-001', `${option} is missing${why}`, { details: { option } })
}
