import type { Secret, TlsIdentity } from '@orthanc-oauth/core'

/** How connections leave this machine. Files are read again for each connection: what was renewed counts without a restart. */
export interface Egress {
  /** PEM bundle of the CAs to trust, in the place of those that Node brings. */
  readonly caFile?: string | undefined
  /** Default true. false: whoever answers is believed, and gets the secret. */
  readonly verifyTls?: boolean | undefined
  /** Shown to a server that asks for it (RFC 8446, section 4.4.2). */
  readonly identity?: TlsIdentity | undefined
  /** URL of an HTTP proxy, with user and password where it wants them. Default: what the environment says (proxyFor). */
  readonly proxy?: Secret | undefined
}
