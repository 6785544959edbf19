import { OrthancOAuthError } from '@orthanc-oauth/core'

/** Why a token is not taken. */
export type RefusalReason =
  | 'no JWT'
  | 'encrypted'
  | 'crit'
  | 'algorithm'
  | 'type'
  | 'key'
  | 'signature'
  | 'expired'
  | 'not yet valid'
  | 'exp'
  | 'issuer'
  | 'audience'
  | 'ID token'

const WORDS: Readonly<Record<RefusalReason, string>> = {
  'no JWT': 'is no JWT: an opaque token cannot be verified here',
  encrypted: 'is encrypted',
  crit: 'has a critical header that is not known',
  algorithm: 'is signed by another algorithm than those expected',
  type: 'is a JWT of another type than an access token',
  key: "is signed by a key that is not among the issuer's",
  signature: 'has a wrong signature',
  expired: 'has expired',
  'not yet valid': 'is not yet valid',
  exp: 'does not say until when it is valid',
  issuer: 'is from another issuer than the one expected',
  audience: 'is for another audience than the one expected',
  'ID token': 'is an ID token, which says who logged in and lets nobody in',
}

const TROUBLESHOOTING: Readonly<Partial<Record<RefusalReason, string>>> = {
  'no JWT': 'Take the keys JWT… out of this server, or have the issuer give JWTs (Auth0: set Audience).',
  algorithm: 'Set JWTAlgorithms to what the issuer signs with.',
  key: "Check that JWTJwksUri (or JWTPublicKey) is of the issuer that gives this server's tokens.",
  signature: "Check that JWTPublicKey (or JWTJwksUri) is of the issuer that gives this server's tokens.",
  expired: "Compare this machine's clock with the issuer's.",
  'not yet valid': "Compare this machine's clock with the issuer's.",
  issuer: 'Set JWTIssuer to what the issuer calls itself, character by character, a slash at its end included.',
  audience: 'Set JWTAudience to what the issuer puts into aud, or have the issuer put this server into it.',
}

/** A token that is not what was expected; nothing of it is in the error. Details: `reason`. */
export function refusedToken(reason: RefusalReason, cause?: unknown): OrthancOAuthError {
  const fix = TROUBLESHOOTING[reason]
  return new OrthancOAuthError('TOK-004', `The token ${WORDS[reason]}`, {
    cause,
    details: { reason },
    ...(fix !== undefined && { troubleshooting: [fix] }),
  })
}
