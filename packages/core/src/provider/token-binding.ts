import type { RequestHead } from '../authorizer/heads.ts'
import type { SecretSource } from '../secret/secret-source.ts'
import type { AccessToken } from '../token/access-token.ts'

/** What a request must show besides the token: a certificate on its connection (RFC 8705), a proof in its head (RFC 9449). */
export interface TokenBinding {
  readonly tls?: TlsIdentity
  proof?(request: RequestHead, token: AccessToken, nonce?: string): Promise<string>
}

/** Paths of PEM files, because Orthanc's server definition takes paths. */
export interface TlsIdentity {
  readonly certificateFile: string
  readonly keyFile: string
  readonly keyPassword?: SecretSource
  readonly caFile?: string
}
