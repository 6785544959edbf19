import type { Answer } from '../fault-server/behaviours/wire-answer.ts'
import type { ExpectedFailure } from './contract-subject.ts'

const html = { 'content-type': 'text/html; charset=utf-8' }
const page = '<!DOCTYPE html><html><body>Service</body></html>'

/** RFC 6749, section 5.2. */
export function oauthError(error: string, status = 400): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error, error_description: 'in words' }),
  }
}

/** What every provider of an OAuth 2.0 issuer makes of its answers; an SDK's own error format comes beside these. */
export const oauthFailures: readonly ExpectedFailure[] = [
  { title: 'invalid_client', answer: oauthError('invalid_client', 401), code: 'AUTH-001', retryable: false },
  { title: 'unauthorized_client', answer: oauthError('unauthorized_client'), code: 'AUTH-001', retryable: false },
  { title: 'invalid_scope', answer: oauthError('invalid_scope'), code: 'AUTH-002', retryable: false },
  { title: 'invalid_target', answer: oauthError('invalid_target'), code: 'AUTH-002', retryable: false },
  { title: 'invalid_grant', answer: oauthError('invalid_grant'), code: 'TOK-001', retryable: false },
  { title: 'invalid_request', answer: oauthError('invalid_request'), code: 'TOK-001', retryable: false },
  {
    title: 'unsupported_grant_type',
    answer: oauthError('unsupported_grant_type'),
    code: 'TOK-001',
    retryable: false,
  },
  { title: 'an unregistered error', answer: oauthError('of_our_own'), code: 'TOK-001', retryable: false },
  {
    title: 'a 429 in words, with Retry-After',
    answer: { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' },
    code: 'AUTH-003',
    retryable: true,
    retryAfter: 7_000,
  },
  { title: 'a 503 page', answer: { status: 503, headers: html, body: page }, code: 'AUTH-003', retryable: true },
  { title: 'a 500 in JSON', answer: oauthError('server_error', 500), code: 'AUTH-003', retryable: true },
  { title: 'a 200 page', answer: { headers: html, body: page }, code: 'TOK-005', retryable: false },
  { title: 'an empty 200', answer: {}, code: 'NET-002', retryable: true },
]
