import { OrthancOAuthError, Secret } from '@orthanc-oauth/core'
import type { Egress } from '@orthanc-oauth/egress'
import { checkedUrl, proxyUrl } from '@orthanc-oauth/egress/options'
import { clientCertificateOf } from './client-certificate.ts'
import { type Credentials, credentialsOf } from './credentials.ts'
import type { GenericProviderOptions } from './generic-provider-options.ts'
import { missing, optionalBoolean, optionalFunction, optionalString } from './option-types.ts'
import { requestParameters } from './request-parameters.ts'

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
  /** Whether tokens are bound to a key. */
  readonly dpop: boolean
  readonly allowInsecureHttp: boolean
  readonly onWarning: (message: string) => void
}

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
      identity: clientCertificateOf(options.clientCertificate, { issuer, tokenEndpoint }),
      proxy: proxyOf(options.httpProxy),
    }),
    dpop: optionalBoolean('dpop', options.dpop) ?? false,
    allowInsecureHttp,
    onWarning: optionalFunction('onWarning', options.onWarning) ?? (() => {}),
  })
}

function proxyOf(given: unknown): Secret | undefined {
  if (given === undefined) return undefined
  if (!(given instanceof Secret))
    throw new OrthancOAuthError('CFG-002', 'httpProxy is no Secret', { details: { option: 'httpProxy' } })
  proxyUrl(given, 'httpProxy')
  return given
}
