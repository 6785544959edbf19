import type { ServerResponse } from 'node:http'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import { type AnswerFields, answerJson } from '../http/json-answer.ts'

/** Seconds that a client may as well wait where nobody knows more: a refused token is asked for again after 1 to 30 s. */
const RETRY_AFTER = 5

/** Answers with an error of the bridge's own. */
export function refuse(response: ServerResponse, status: number, error: string, fields: AnswerFields = {}): void {
  answerJson(response, status, { error }, fields)
}

/** No authorisation could be had: 503 in every case, because the client has done nothing wrong, and when to come again. */
export function refuseUnauthorised(response: ServerResponse, error: unknown): OrthancOAuthError {
  const known = ownError(error)
  const seconds = known.retryAfter === undefined ? RETRY_AFTER : Math.max(1, Math.ceil(known.retryAfter / 1_000))
  answerJson(response, 503, known, { 'Retry-After': String(seconds) })
  return known
}

/** The server gave no answer: 504 where it took too long, else 502 (RFC 9110, section 15.6). */
export function refuseUnanswered(response: ServerResponse, error: OrthancOAuthError): void {
  answerJson(response, error.code === 'NET-001' ? 504 : 502, error)
}

/** Of an error that is not ours nothing is shown: it may say anything. */
export function ownError(error: unknown): OrthancOAuthError {
  return error instanceof OrthancOAuthError
    ? error
    : new OrthancOAuthError('INT-001', 'The bridge failed at something that it did not expect', { cause: error })
}
