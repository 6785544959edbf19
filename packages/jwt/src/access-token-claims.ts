import type { JWTPayload } from 'jose'
import { refusedToken } from './refused-token.ts'

/** What Keycloak writes into access tokens; into ID tokens and refresh tokens it writes their own. In lower case. */
const PAYLOAD_TYPES: ReadonlySet<unknown> = new Set([undefined, 'bearer', 'dpop'])

/**
 * Tells an access token from an ID token with the same signature, issuer and perhaps audience: by a type within, or by
 * the hash of the access token that was given beside it (OpenID Connect Core, section 3.1.3.6).
 *
 * @throws OrthancOAuthError TOK-004
 */
export function checkAccessToken({ typ, at_hash: accessTokenHash }: JWTPayload): void {
  if (accessTokenHash !== undefined || !PAYLOAD_TYPES.has(typeof typ === 'string' ? typ.toLowerCase() : typ))
    throw refusedToken('ID token')
}
