import type { OrthancOAuthError } from '@orthanc-oauth/core'
import type { CryptoKey } from 'jose'
import { type RefusalReason, refusedToken } from './refused-token.ts'

interface JoseError {
  readonly code?: unknown
  readonly claim?: unknown
  readonly reason?: unknown
}

const CLAIMS: Readonly<Record<string, RefusalReason>> = {
  iss: 'issuer',
  aud: 'audience',
  nbf: 'not yet valid',
  iat: 'not yet valid',
  exp: 'exp',
}

const CODES: Readonly<Record<string, RefusalReason>> = {
  ERR_JWT_EXPIRED: 'expired',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm',
  ERR_JOSE_NOT_SUPPORTED: 'algorithm',
  ERR_JWKS_NO_MATCHING_KEY: 'key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'key',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
}

/** TOK-004 of what jose found wrong with a token. A key that the algorithm cannot use is a TypeError there. */
export function refusal(error: unknown): OrthancOAuthError {
  const { code, claim } = Object(error) as JoseError
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return refusedToken(CLAIMS[String(claim)] ?? 'no JWT', error)
  if (error instanceof TypeError) return refusedToken('algorithm', error)
  return refusedToken(CODES[String(code)] ?? 'no JWT', error)
}

export function isUnknownKey(error: unknown): boolean {
  return (Object(error) as JoseError).code === 'ERR_JWKS_NO_MATCHING_KEY'
}

export function isWrongSignature(error: unknown): boolean {
  return (Object(error) as JoseError).code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'
}

/** The keys of a set that may be meant, where several may be; none of any other error. */
export async function* candidatesIn(error: unknown): AsyncGenerator<CryptoKey> {
  if ((Object(error) as JoseError).code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') yield* error as AsyncIterable<CryptoKey>
}
