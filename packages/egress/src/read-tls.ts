import type { Egress } from './egress.ts'
import type { TlsOptions } from './sockets.ts'
import { readTlsIdentity } from './tls-identity.ts'
import { readTrust } from './trust.ts'

/**
 * Reads the CA bundle and the client certificate. Whether that is valid now is checkValidity's affair.
 *
 * @throws OrthancOAuthError CFG-002, CFG-102 for a file that is not what it should be
 */
export async function readTls(egress: Egress): Promise<TlsOptions> {
  const [trust, shown] = await Promise.all([readTrust(egress), egress.identity && readTlsIdentity(egress.identity)])
  return { ...trust, ...shown }
}
