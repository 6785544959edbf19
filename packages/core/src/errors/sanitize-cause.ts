/** Class names and codes of programs have these forms; a secret or a piece of an answer's body seldom has. */
const NAME = /^[A-Z][A-Za-z]{0,59}(Error|Exception)?$/
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/
/** RFC 6749, RFC 6750, RFC 8707, RFC 9449. Any other value is the issuer's free text. */
const OAUTH_ERRORS = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'invalid_token',
  'insufficient_scope',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
])
/** A chain of causes is as long as the layers below us; longer ones are loops. */
const DEEPEST = 4

/**
 * What may be kept of a library's error: its name, code, HTTP status and OAuth `error`, of it and of its causes.
 *
 * Messages, bodies and properties go: V8 puts a piece of what it could not parse into a SyntaxError's message, and
 * oauth4webapi the parsed token response into `error.cause.body`.
 */
export function sanitizeCause(error: unknown): Error {
  return sanitize(error, DEEPEST)
}

function sanitize(error: unknown, depth: number): Error {
  const {
    name,
    code,
    status,
    error: oauthError,
    cause,
  } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  const kept = [matching(CODE, code), oauthErrorCode(oauthError), httpStatus(status)].filter(
    (part) => part !== undefined,
  )
  const clean = new Error(
    kept.join(' '),
    cause === undefined || depth === 1 ? undefined : { cause: sanitize(cause, depth - 1) },
  )
  clean.name = matching(NAME, name) ?? 'Error'
  // The stack of this copy would lead to this file, not to where it happened.
  clean.stack = `${clean.name}${clean.message === '' ? '' : `: ${clean.message}`}`
  return Object.assign(clean, { ...(matching(CODE, code) !== undefined && { code }) })
}

function matching(form: RegExp, value: unknown): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined
}

/** One of the registered error codes, or nothing. */
export function oauthErrorCode(value: unknown): string | undefined {
  return typeof value === 'string' && OAUTH_ERRORS.has(value) ? value : undefined
}

function httpStatus(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599 ? value : undefined
}
