import { OrthancOAuthError, type SecretSource } from '@orthanc-oauth/core'
import type { ClientAuthentication, GenericProviderOptions } from './generic-provider-options.ts'
import { missing, optionalSecret, optionalString } from './option-types.ts'

type SecretMethod = 'client_secret_post' | 'client_secret_basic' | 'client_secret_jwt'

/** What the client proves itself by, and nothing of what another method would need. */
export type Credentials =
  | { readonly method: SecretMethod; readonly secret: SecretSource }
  | ({ readonly method: 'private_key_jwt' } & KeyOptions)
  /** An assertion that somebody else signs. */
  | { readonly method: 'client_assertion'; readonly file: string }
  | { readonly method: 'tls_client_auth' }
  | { readonly method: 'none' }

export interface KeyOptions {
  readonly key: SecretSource
  readonly password: SecretSource | undefined
  readonly keyId: string | undefined
  readonly algorithm: string | undefined
  readonly certificateFile: string | undefined
}

const METHODS: readonly ClientAuthentication[] = [
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'none',
]

/**
 * What the method does not use is checked too: a mistake shows before the method is changed.
 *
 * @throws OrthancOAuthError CFG-001, CFG-002 or CFG-105, naming the option
 */
export function credentialsOf(options: GenericProviderOptions): Credentials {
  const { clientAuthentication: method = 'client_secret_post' } = options
  const secret = optionalSecret('clientSecret', options.clientSecret)
  const key = optionalSecret('privateKey', options.privateKey)
  const assertion = assertionFile(options.clientAssertion)
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
      if (key !== undefined && assertion !== undefined) throw twoAssertions()
      if (assertion !== undefined) return { method: 'client_assertion', file: assertion }
      if (key === undefined) throw missing('privateKey', ` for ${method}`)
      return { method, key, ...keyOptions }
    case 'tls_client_auth':
      if (options.clientCertificate === undefined) throw missing('clientCertificate', ` for ${method}`)
      return { method }
    case 'none':
      return { method }
    default:
      throw new OrthancOAuthError('CFG-002', `clientAuthentication is none of ${METHODS.join(', ')}`, {
        details: { option: 'clientAuthentication' },
      })
  }
}

function assertionFile(given: GenericProviderOptions['clientAssertion']): string | undefined {
  if (given === undefined) return undefined
  const file: unknown = Object(given).file
  if (typeof file === 'string' && file !== '') return file
  throw new OrthancOAuthError('CFG-002', 'clientAssertion is not { file }', { details: { option: 'clientAssertion' } })
}

function twoAssertions(): OrthancOAuthError {
  return new OrthancOAuthError('CFG-105', 'privateKey and clientAssertion both make the assertion', {
    details: { option: 'clientAssertion' },
    troubleshooting: ['Leave one of them out.'],
  })
}
