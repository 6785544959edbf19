import { refusedToken } from './refused-token.ts'

export interface Header {
  readonly alg: string
  readonly kid?: string
}

/** Of an access token: those of RFC 9068, those that say nothing more than JWT, and none. In lower case. */
const TYPES: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt'])

/** Parts of a compact JWE (RFC 7516, section 7.1), and of a compact JWS (RFC 7515, section 7.1). */
const JWE_PARTS = 5
const JWS_PARTS = 3

/**
 * Looks at the header before any key is looked for and any cryptography is done: what it asks for may be costly, or an
 * attack. Keys that a token brings along (`jwk`, `jku`, `x5c`, `x5u`) are nobody's: they are not looked at.
 *
 * @throws OrthancOAuthError TOK-004
 */
export function checkedHeader(token: string, algorithms: readonly string[]): Header {
  const parts = token.split('.', JWE_PARTS + 1)
  if (parts.length === JWE_PARTS) throw refusedToken('encrypted')
  if (parts.length !== JWS_PARTS) throw refusedToken('no JWT')
  const { alg, kid, crit, typ } = parsed(parts[0] ?? '')
  if (crit !== undefined) throw refusedToken('crit')
  if (typeof alg !== 'string' || !algorithms.includes(alg)) throw refusedToken('algorithm')
  if (!TYPES.has(typeof typ === 'string' ? typ.toLowerCase() : typ)) throw refusedToken('type')
  return { alg, ...(typeof kid === 'string' && { kid }) }
}

function parsed(part: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(part, 'base64url').toString())) as Record<string, unknown>
  } catch {
    throw refusedToken('no JWT')
  }
}
