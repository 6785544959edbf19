import type { Clock } from '@orthanc-oauth/core'
import type { Egress } from './egress.ts'
import type { TlsOptions } from './sockets.ts'
import { checkValidity, readTlsIdentity } from './tls-identity.ts'
import { readTrust } from './trust.ts'

/**
 * Reads the CA bundle and the client certificate for a connection that is made now.
 *
 * @throws OrthancOAuthError CFG-002, CFG-102 for a file that is not what it should be, also for a certificate that has
 * expired: before anything connects
 */
export async function readTls(egress: Egress, clock: Clock): Promise<TlsOptions> {
  const { identity } = egress
  const [trust, shown] = await Promise.all([readTrust(egress), identity && readTlsIdentity(identity)])
  if (identity !== undefined && shown !== undefined) checkValidity(shown.cert, identity, clock)
  return { ...trust, ...shown }
}
