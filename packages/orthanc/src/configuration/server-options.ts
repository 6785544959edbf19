import type { BreakerPolicy, RetryPolicy, SecretSource } from '@orthanc-oauth/core'
import type { Location } from './location.ts'

export type ClientAuthentication =
  | 'client_secret_post'
  | 'client_secret_basic'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'none'

/** One entry of `Servers`, checked. Durations in milliseconds, paths of files absolute. Nothing in it shows a secret. */
export interface ServerOptions {
  readonly name: string
  /** Base of the DICOMweb server, normalised, without a slash at its end. */
  readonly url: string
  readonly mode: 'proxy'
  /** In lower case. What `auto` stands for has been found out. */
  readonly provider: string
  /** To be shown by shownUrl alone: its query may hold a secret. */
  readonly tokenEndpoint?: string
  readonly issuer?: string
  /** Always there for the provider generic. */
  readonly clientId?: string
  readonly clientSecret?: SecretSource
  readonly clientAuthentication: ClientAuthentication
  /** PEM or JWK. */
  readonly privateKey?: SecretSource
  readonly privateKeyId?: string
  readonly privateKeyAlgorithm?: string
  readonly clientCertificateFile?: string
  readonly scope?: string
  readonly audience?: string
  readonly resource?: string | readonly string[]
  /** Of the token request. A function, so that inspect and JSON show nothing of what may be a secret. */
  readonly extraParameters?: () => Readonly<Record<string, string>>
  /** Of the connections to the issuer and to the server: true, false, or the path of a CA bundle. */
  readonly verifySsl: boolean | string
  readonly allowInsecureHttp: boolean
  /** Milliseconds before the end of usability from which a refresh is due. */
  readonly refreshBuffer: number
  readonly retry: RetryPolicy | false
  readonly breaker: BreakerPolicy | false
  /** What the definition in Orthanc says, where the configuration says it. */
  readonly flags: DefinitionFlags
  /** Any JSON, for a foreign provider. A function, so that inspect and JSON show nothing of what may be a secret. */
  readonly providerOptions?: () => unknown
  readonly location: Location
}

/** What Orthanc's DICOMweb client needs to know of a server. */
export interface DefinitionFlags {
  /** Whether Orthanc offers DELETE. */
  readonly hasDelete?: boolean
  /** Whether a STOW is streamed rather than built in memory. */
  readonly chunkedTransfers?: boolean
  /** Whether `transfer-syntax=*` is asked for. */
  readonly hasWadoRsUniversalTransferSyntax?: boolean
  /** Milliseconds that a whole transfer may take. */
  readonly timeout?: number
}
