import { OrthancOAuthError, retryAfterFrom } from '@orthanc-oauth/core'
import { endpointName, type IssuerConnection } from '@orthanc-oauth/egress'
import type { JSONWebKeySet } from 'jose'

/**
 * Fetches a JWK Set (RFC 7517, section 5).
 *
 * @throws OrthancOAuthError of the connection, AUTH-003 for an answer that is no success, TOK-005 for one that is no key
 * set; nothing of its body in any
 */
export async function fetchKeySet(connection: IssuerConnection, url: URL): Promise<JSONWebKeySet> {
  const endpoint = endpointName(url)
  const response = await connection.exchange(url, { method: 'GET', headers: { accept: 'application/json' } })
  const { status } = response
  const details = { endpoint, status }
  if (status !== 200)
    throw new OrthancOAuthError('AUTH-003', `${endpoint} gave no keys (HTTP ${status})`, {
      details,
      retryable: true,
      retryAfter: retryAfterFrom(response.headers),
      troubleshooting: ["Check JWTJwksUri against the jwks_uri in the issuer's metadata."],
    })
  const body: unknown = await response.json().catch(() => undefined)
  if (isKeySet(body)) return body
  throw new OrthancOAuthError('TOK-005', `What ${endpoint} answered is no set of keys`, {
    details,
    retryable: true,
    troubleshooting: ["Check JWTJwksUri against the jwks_uri in the issuer's metadata."],
  })
}

function isKeySet(body: unknown): body is JSONWebKeySet {
  const { keys } = Object(body) as { keys?: unknown }
  return Array.isArray(keys) && keys.every((key) => typeof (Object(key) as { kty?: unknown }).kty === 'string')
}
