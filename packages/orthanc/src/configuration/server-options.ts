import type { BreakerPolicy, RetryPolicy, Secret, SecretSource, TlsIdentity } from '@orthanc-oauth/core'
import type { Location } from './location.ts'

export type ClientAuthentication =
  | 'client_secret_post'
  | 'client_secret_basic'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
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
  /** Always there for the provider keycloak. */
  readonly realmUrl?: string
  /** Always there for the provider generic. */
  readonly clientId?: string
  readonly clientSecret?: SecretSource
  readonly clientAuthentication: ClientAuthentication
  /** PEM or JWK. */
  readonly privateKey?: SecretSource
  readonly privateKeyId?: string
  readonly privateKeyAlgorithm?: string
  /** An assertion that somebody else signs: read again at each use. */
  readonly federatedTokenFile?: string
  /** Its thumbprint goes into assertions; its key is `privateKey`. */
  readonly clientCertificateFile?: string
  /** Shown to the issuer and to the server. */
  readonly clientCertificate?: TlsIdentity
  /** Whether tokens are bound to a key. */
  readonly dpop: boolean
  /** What is looked at in each token that is received. */
  readonly verification?: Verification
  readonly scope?: string
  readonly audience?: string
  readonly resource?: string | readonly string[]
  /** Of the token request. A function, so that inspect and JSON show nothing of what may be a secret. */
  readonly extraParameters?: () => Readonly<Record<string, string>>
  /** Of the connections to the issuer and to the server: true, false, or the path of a CA bundle. */
  readonly verifySsl: boolean | string
  readonly allowInsecureHttp: boolean
  /** URL of the proxy to the issuer and to the server; may hold a user and a password. */
  readonly httpProxy?: Secret
  /** Milliseconds before the end of usability from which a refresh is due. */
  readonly refreshBuffer: number
  readonly retry: RetryPolicy | false
  readonly breaker: BreakerPolicy | false
  /** What the definition in Orthanc says, where the configuration says it. */
  readonly flags: DefinitionFlags
  /** Any JSON, for a foreign provider. A function, so that inspect and JSON show nothing of what may be a secret. */
  readonly providerOptions?: () => unknown
  readonly location: Location
  /** Where the key stands that gives an option of a provider, by the option's name; undefined for an unknown one. */
  locate(option: string): Location | undefined
}

/** Of a JWT (RFC 7519). Either `publicKey` or `jwksUri` is there. */
export interface Verification {
  /** PEM. */
  readonly publicKey?: string
  readonly jwksUri?: string
  readonly issuer?: string
  readonly audience?: string
  /** Names of RFC 7518. */
  readonly algorithms?: readonly string[]
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
