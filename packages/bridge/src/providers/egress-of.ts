import type { Egress } from '@orthanc-oauth/egress'
import type { ServerOptions } from '@orthanc-oauth/orthanc'

/** The way out that a server's configuration names, for its issuer, its issuer's keys and the server itself. */
export function egressOf({ verifySsl, httpProxy }: ServerOptions): Egress {
  return {
    caFile: typeof verifySsl === 'string' ? verifySsl : undefined,
    verifyTls: verifySsl !== false,
    proxy: httpProxy,
  }
}
