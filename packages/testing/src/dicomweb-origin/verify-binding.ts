import { hash, type X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'
import type { Nonces } from './nonces.ts'
import type { RefusalReason, ValidToken } from './verify-bearer.ts'

/** Seconds that the `iat` of a proof may lie off, and for which its `jti` is remembered (RFC 9449, section 11.1). */
const PROOF_WINDOW = 60

const ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA', 'Ed25519']

/** What is at fault with a token that is bound to something (RFC 7800); undefined: nothing. */
export type VerifyBinding = (token: ValidToken, request: IncomingMessage) => Promise<RefusalReason | undefined>

/**
 * A token that is bound to a certificate comes over a connection that shows it (RFC 8705, section 3); one that is bound
 * to a key comes with a fresh proof for this very request (RFC 9449, section 4.3).
 *
 * @param origin of this server, as clients call it
 * @param nonces that proofs must hold one of; undefined: none is wanted
 */
export function verifyBinding(origin: () => string, nonces: Nonces | undefined): VerifyBinding {
  const used = new Map<string, number>()
  return async ({ token, scheme, confirmation }, request) => {
    const { jkt, 'x5t#S256': thumbprint } = confirmation
    if (thumbprint !== undefined && thumbprintOf(shownCertificate(request)) !== thumbprint) return 'certificate'
    if (jkt === undefined) return scheme === 'dpop' ? 'unbound' : undefined
    if (scheme !== 'dpop') return 'downgraded'
    const [proof, ...more] = request.headersDistinct.dpop ?? []
    if (proof === undefined || more.length > 0) return 'proof missing'
    const url = origin() + (request.url ?? '').replace(/[?#].*/, '')
    return proofFault(proof, { token, jkt, method: request.method ?? '', url, nonces, used })
  }
}

interface Expected {
  readonly token: string
  readonly jkt: string
  readonly method: string
  readonly url: string
  readonly nonces: Nonces | undefined
  readonly used: Map<string, number>
}

async function proofFault(proof: string, expected: Expected): Promise<RefusalReason | undefined> {
  const { token, jkt, method, url, nonces, used } = expected
  const verified = await jwtVerify(proof, EmbeddedJWK, { algorithms: ALGORITHMS, typ: 'dpop+jwt' }).catch(
    () => undefined,
  )
  if (verified === undefined) return 'proof signature'
  const { payload, protectedHeader } = verified
  const now = Math.floor(Date.now() / 1_000)
  if ((await calculateJwkThumbprint(protectedHeader.jwk ?? {})) !== jkt) return 'proof key'
  if (payload.htm !== method) return 'proof htm'
  if (payload.htu !== url) return 'proof htu'
  if (payload.ath !== hash('sha256', token, 'base64url')) return 'proof ath'
  if (payload.iat === undefined || Math.abs(payload.iat - now) > PROOF_WINDOW) return 'proof iat'
  if (nonces !== undefined && !nonces.accepts(payload.nonce)) return 'proof nonce'
  for (const [jti, until] of used) if (until < now) used.delete(jti)
  if (payload.jti === undefined || used.has(payload.jti)) return 'proof jti'
  used.set(payload.jti, now + 2 * PROOF_WINDOW)
  return undefined
}

function shownCertificate({ socket }: IncomingMessage): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
}

function thumbprintOf(certificate: X509Certificate | undefined): string | undefined {
  return certificate && hash('sha256', certificate.raw, 'base64url')
}
