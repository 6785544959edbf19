import {
  type Answer,
  type FaultServer,
  failureOf,
  leaks,
  oauthError,
  answer as respond,
  startFaultServer,
} from '@orthanc-oauth/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { genericProvider } from '../generic-provider.ts'

const CANARY = 'canary-in-the-answer'
const page = { headers: { 'content-type': 'text/html' }, body: `<html>${CANARY}</html>` }

let issuer: FaultServer

beforeEach(async () => {
  issuer = await startFaultServer()
})

afterEach(async () => {
  await issuer[Symbol.asyncDispose]()
})

function failure(answer: Answer, query = '') {
  issuer.always(respond(answer))
  const tokenEndpoint = `${issuer.url}/token${query}`
  return failureOf(genericProvider({ tokenEndpoint, clientId: 'orthanc', clientAuthentication: 'none' }))
}

describe('an answer that is no success', () => {
  test.each<[string, Answer, string, boolean]>([
    ['access_denied, as Auth0 says it', oauthError('access_denied', 403), 'AUTH-002', false],
    ['access_denied, as Auth0 says it of a wrong secret', oauthError('access_denied', 401), 'AUTH-001', false],
    ['use_dpop_nonce', oauthError('use_dpop_nonce'), 'TOK-001', false],
    ['server_error with 400', oauthError('server_error'), 'AUTH-003', true],
    ['temporarily_unavailable with 400', oauthError('temporarily_unavailable'), 'AUTH-003', true],
    ['a 401 that is no OAuth error', { ...page, status: 401 }, 'AUTH-001', false],
    ['a 401 without a body', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }, 'AUTH-001', false],
    ['invalid_client with WWW-Authenticate', withChallenge(oauthError('invalid_client', 401)), 'AUTH-001', false],
    ['an OAuth error without a content type', { ...oauthError('invalid_scope'), headers: {} }, 'AUTH-002', false],
    ['invalid_client with 500', oauthError('invalid_client', 500), 'AUTH-003', true],
    ['a page with 403', { ...page, status: 403 }, 'TOK-005', false],
    ['a page with 404', { ...page, status: 404 }, 'TOK-005', false],
    ['a 405', { status: 405 }, 'TOK-005', false],
    ['a 204', { status: 204 }, 'TOK-005', false],
    ['a 304', { status: 304 }, 'TOK-005', false],
    ['an error that is no string', { status: 400, body: '{"error":{"code":7}}' }, 'TOK-005', false],
    ['an error of the name __proto__', oauthError('__proto__'), 'TOK-001', false],
  ])('%s is %s', async (_what, answer, code, retryable) => {
    const error = await failure(answer)
    expect(error).toMatchObject({ code, retryable, details: { endpoint: `${issuer.url}/token` } })
    expect(leaks(error, [CANARY])).toEqual([])
  })

  test.each<[string, string, number]>([
    ['seconds', '120', 120_000],
    ['garbage', 'soon', 60_000],
    ['years', '99999999', 3_600_000],
  ])('TOK-F10, TOK-F11: Retry-After in %s is waited for', async (_what, value, retryAfter) => {
    for (const status of [408, 429, 503])
      expect(await failure({ ...page, status, headers: { 'retry-after': value } })).toMatchObject({
        code: 'AUTH-003',
        retryable: true,
        retryAfter,
      })
  })

  test.each<[string, Answer, string, boolean]>([
    ['temporarily_unavailable with 400', oauthError('temporarily_unavailable'), 'AUTH-003', true],
    ['invalid_client with 401', oauthError('invalid_client', 401), 'AUTH-001', false],
    ['an OAuth error of its own making', oauthError('too_eager'), 'TOK-001', false],
    ['a page with 403', { ...page, status: 403 }, 'TOK-005', false],
  ])('TOK-F10: Retry-After of %s is waited for too', async (_what, answer, code, retryable) => {
    const error = await failure({ ...answer, headers: { ...answer.headers, 'retry-after': '600' } })
    expect(error).toMatchObject({ code, retryable, retryAfter: 600_000 })
  })

  test('a redirect is called one, and a 304 or 300 is not', async () => {
    const said = async (status: number) => (await failure({ status })).message.includes('redirects')
    for (const status of [301, 302, 303, 307, 308]) expect(await said(status)).toBe(true)
    for (const status of [300, 304]) expect(await said(status)).toBe(false)
  })

  test('the query of the endpoint, which may hold a key, is sent and not shown', async () => {
    expect(leaks(await failure({ status: 503 }, `?code=${CANARY}`), [CANARY])).toEqual([])
    expect(issuer.requests[0]?.target).toBe(`/token?code=${CANARY}`)
  })
})

function withChallenge(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': `Basic realm="${CANARY}"` } }
}
