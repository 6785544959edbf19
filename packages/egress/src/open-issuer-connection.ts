import type { AcquireRequest } from '@orthanc-oauth/core'
import type { Egress } from './egress.ts'
import { IssuerConnection } from './issuer-connection.ts'
import { readTls } from './read-tls.ts'
import { checkValidity } from './tls-identity.ts'

/**
 * Opens the way to an issuer for one acquisition, or one look at its keys. Close it.
 *
 * @throws OrthancOAuthError CFG-002, CFG-102 for a file that is not what it should be, or a client certificate that has
 * expired: before anything connects
 */
export async function openIssuerConnection(
  egress: Egress,
  request: Pick<AcquireRequest, 'clock' | 'signal'>,
): Promise<IssuerConnection> {
  // 50 ms, which whoever only checks a configuration does not need.
  const [undici, tls] = await Promise.all([import('undici'), readTls(egress)])
  if (egress.identity !== undefined && tls.cert !== undefined) checkValidity(tls.cert, egress.identity, request.clock)
  return new IssuerConnection(undici, { tls, proxy: egress.proxy }, request)
}
