import type { Secret, SecretSource } from '@orthanc-oauth/core'

/** How the client proves who it is (RFC 6749 section 2.3.1, OpenID Connect Core section 9, RFC 8705 section 2). */
export type ClientAuthentication =
  | 'client_secret_post'
  | 'client_secret_basic'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'none'

/** Shown on connections to the issuer and, through the provider's binding, to the DICOMweb server. Read at each connection. */
export interface ClientCertificate {
  /** PEM, the client's own first. */
  readonly certificateFile: string
  /** PEM. */
  readonly keyFile: string
  /** Of an encrypted key. */
  readonly keyPassword?: SecretSource | undefined
}

/** At least one of `issuer` and `tokenEndpoint` is needed. */
export interface GenericProviderOptions {
  /** Issuer identifier. Without `tokenEndpoint` its metadata is asked where to go (OpenID Connect Discovery, then RFC 8414). */
  readonly issuer?: string | undefined
  /** Wins over what the issuer's metadata would say. */
  readonly tokenEndpoint?: string | undefined
  readonly clientId: string
  /** Default client_secret_post: what the Python plugin of the same name sends. */
  readonly clientAuthentication?: ClientAuthentication | undefined
  /** For the client_secret_ methods. */
  readonly clientSecret?: SecretSource | undefined
  /** For private_key_jwt: PEM (PKCS#1, SEC1, PKCS#8, also encrypted) or JWK, told apart by its content. */
  readonly privateKey?: SecretSource | undefined
  /** Of an encrypted PEM. */
  readonly privateKeyPassword?: SecretSource | undefined
  /** The assertion's `kid`. Default: the JWK's, else none. */
  readonly privateKeyId?: string | undefined
  /** JWS algorithm (RFC 7518, RFC 8037). Default: the JWK's `alg`, else RS256, PS256, ES256, ES384, ES512 or EdDSA, as fits the key. */
  readonly privateKeyAlgorithm?: string | undefined
  /** PEM of the certificate to the key: the assertion names its thumbprint (RFC 7515, sections 4.1.7 and 4.1.8). */
  readonly certificateFile?: string | undefined
  /**
   * For private_key_jwt, in the place of a key: a file with an assertion that somebody else signs and renews (RFC 7523),
   * such as the token that Kubernetes projects for a service account. Read at each acquisition.
   */
  readonly clientAssertion?: { readonly file: string } | undefined
  /** For tls_client_auth, and for tokens that are bound to it (RFC 8705, section 3) with any method. */
  readonly clientCertificate?: ClientCertificate | undefined
  /** Default false. true: tokens bound to a key of this provider, made for it and kept by it alone (RFC 9449). */
  readonly dpop?: boolean | undefined
  /** Space-separated (RFC 6749, section 3.3). Default: what the issuer gives unasked. */
  readonly scope?: string | undefined
  /** As Auth0 wants it. */
  readonly audience?: string | undefined
  /** One or several (RFC 8707). */
  readonly resource?: string | readonly string[] | undefined
  /** Sent besides; none of those that the other options send. */
  readonly extraParameters?: Readonly<Record<string, string>> | undefined
  /** PEM bundle of the CAs to trust, in the place of those that Node brings. */
  readonly caFile?: string | undefined
  /** Default true. false: whoever answers is believed, and gets the secret. */
  readonly verifyTls?: boolean | undefined
  /** URL of an HTTP proxy; may hold a user and a password. Default: what HTTPS_PROXY and NO_PROXY say. */
  readonly httpProxy?: Secret | undefined
  /** Default false: http to this machine alone. */
  readonly allowInsecureHttp?: boolean | undefined
  /** Told once per provider of an issuer that says nothing of lifetimes. */
  readonly onWarning?: ((message: string) => void) | undefined
}
