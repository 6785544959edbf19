import { createHash } from 'node:crypto'
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose'

/** Why a request was refused. */
export type RefusalReason =
  | 'missing' // no Authorization at all
  | 'several' // more than one Authorization header
  | 'malformed' // not a bearer, or not a JWT
  | 'algorithm' // anything but RS256
  | 'signature' // made by another key
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'forced' // by the test
  | 'certificate' // bound to one that the connection does not show
  | 'unbound' // sent as if it were bound to a key
  | 'downgraded' // bound to a key, and sent as a bearer
  | 'proof missing' // or more than one
  | 'proof signature' // or no proof at all
  | 'proof key' // of another key than the token's
  | 'proof htm'
  | 'proof htu'
  | 'proof ath'
  | 'proof iat'
  | 'proof nonce'
  | 'proof jti' // used before

/** What the issuer stands by. */
export interface ValidToken {
  readonly token: string
  readonly scheme: 'bearer' | 'dpop'
  /** What it is bound to (RFC 7800). */
  readonly confirmation: Readonly<Partial<Record<'jkt' | 'x5t#S256', string>>>
}

export type Verdict = ValidToken | { readonly reason: RefusalReason }

export interface Expected {
  readonly issuer: string
  readonly audience: string
  /** Milliseconds that `exp` may be in the past. */
  readonly leeway: number
}

/** RFC 6750, section 2.1; RFC 9449, section 7.1. */
const CREDENTIALS = /^(Bearer|DPoP) ([A-Za-z0-9._~+/-]+=*)$/i

/** Checks the Authorization fields of a request (RFC 6750) and the JWT in them (RFC 9068). */
export function verifyBearer(keys: JSONWebKeySet, expected: Expected): (fields: readonly string[]) => Promise<Verdict> {
  const keyOf = createLocalJWKSet(keys)
  const options = {
    algorithms: ['RS256'],
    issuer: expected.issuer,
    audience: expected.audience,
    clockTolerance: expected.leeway / 1000,
    requiredClaims: ['exp'],
  }
  return async ([field, ...more]) => {
    if (field === undefined) return { reason: 'missing' }
    if (more.length > 0) return { reason: 'several' }
    const [, scheme, token] = CREDENTIALS.exec(field) ?? []
    if (scheme === undefined || token === undefined) return { reason: 'malformed' }
    try {
      const { payload } = await jwtVerify<{ cnf?: ValidToken['confirmation'] }>(token, keyOf, options)
      return { token, scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', confirmation: payload.cnf ?? {} }
    } catch (error) {
      return { reason: reasonOf(error) }
    }
  }
}

/** Tells tokens apart without keeping them. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'audience'
    if (error.claim === 'iss') return 'issuer'
    return 'malformed'
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return 'signature'
  }
  if (error instanceof errors.JOSEError) return 'malformed'
  throw error
}
