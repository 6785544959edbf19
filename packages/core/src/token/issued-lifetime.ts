import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'

/** Milliseconds, where neither the issuer nor the token says: short enough to be true of most issuers. Never "for ever". */
const ASSUMED = 300_000

/** Milliseconds. Nobody revokes by expiry after a day, and a mistake in the unit (milliseconds for seconds) ends here. */
const LONGEST = 24 * 60 * 60 * 1_000

/** Some issuers send the number as a string. */
const DECIMAL = /^\d+(\.\d+)?$/

/**
 * How long a token lives from the moment it was asked for, in milliseconds; `stated: false` where that is assumed,
 * which is worth one warning.
 *
 * The smaller of `expires_in` (RFC 6749, section 5.1) and the JWT's `exp − iat`: lifetimes are compared, never an
 * instant of the issuer's clock with one of ours. At most 24 hours; 300 s where nothing says.
 *
 * @param expiresIn as it came: seconds, a number or its decimal string; undefined or null: not stated
 * @param token whose payload is looked at where it is a JWT
 * @param issuer for the error's message: who gave it
 * @throws OrthancOAuthError TOK-005 for a lifetime that is no number or not above 0: such a token would be asked for
 * without end
 */
export function issuedLifetime(
  expiresIn: unknown,
  token: string,
  issuer: string,
): { readonly lifetime: number; readonly stated: boolean } {
  const stated = [expiresIn == null ? undefined : seconds(expiresIn), jwtLifetime(token)].filter(
    (value) => value !== undefined,
  )
  if (stated.length === 0) return { lifetime: ASSUMED, stated: false }
  const lifetime = Math.min(...stated) * 1_000
  if (!(lifetime > 0))
    throw new OrthancOAuthError('TOK-005', `${issuer} gave a token whose lifetime is not a number above 0`, {
      details: { issuer },
      troubleshooting: ['Set the lifetime of access tokens for this client at the issuer.'],
    })
  return { lifetime: Math.min(lifetime, LONGEST), stated: true }
}

function seconds(value: unknown): number {
  if (typeof value === 'string' && DECIMAL.test(value.trim())) return Number(value)
  return typeof value === 'number' ? value : Number.NaN
}

/**
 * `exp − iat` of a token that is a JWT (RFC 7519, section 4.1), in seconds. Nothing is verified: the token is for the
 * server it is sent to, and the issuer it came from could say anything in `expires_in` as well.
 */
function jwtLifetime(token: string): number | undefined {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  try {
    const { exp, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>
    return typeof exp === 'number' && typeof iat === 'number' ? exp - iat : undefined
  } catch {
    return undefined // opaque, whatever its dots
  }
}
