import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { oauthErrorCode, sanitizeCause } from './sanitize-cause.ts'

const CANARY = 'eyJhbGciOi.c4n4ry-t0ken.SflKxwRJSM'
const everything = (error: unknown) => inspect(error, { depth: 10, showHidden: true })

describe('sanitizeCause', () => {
  test('keeps name, code, status and a registered OAuth error', () => {
    const error = Object.assign(new Error('x'), {
      name: 'ResponseBodyError',
      code: 'OAUTH_RESPONSE_BODY_ERROR',
      status: 401,
      error: 'invalid_client',
    })
    const clean = sanitizeCause(error)
    expect(clean).toMatchObject({ name: 'ResponseBodyError', code: 'OAUTH_RESPONSE_BODY_ERROR' })
    expect(clean.message).toBe('OAUTH_RESPONSE_BODY_ERROR invalid_client 401')
  })

  test('TOK-F23: a canary in message, stack, body, headers, causes or unknown properties is gone', () => {
    const leaking = Object.assign(
      new Error(CANARY, {
        cause: Object.assign(new SyntaxError(CANARY), { cause: { body: { access_token: CANARY } } }),
      }),
      { body: CANARY, response: new Response(CANARY), headers: { authorization: CANARY }, error_description: CANARY },
    )
    expect(everything(sanitizeCause(leaking))).not.toContain('c4n4ry')
  })

  test.each([
    { name: CANARY },
    { code: CANARY },
    { code: 'lower_case_of_an_answer' },
    { error: CANARY },
    { status: CANARY },
    { status: 99_999 },
    { status: 200.5 },
  ])('what does not look like what it should be is dropped: %j', (properties) => {
    const clean = sanitizeCause(Object.assign(new Error('x'), properties))
    expect(clean.name).toBe('Error')
    expect(clean.message).toBe('')
    expect(clean).not.toHaveProperty('code')
  })

  test('of the causes below the same is kept', () => {
    const socket = Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
    const clean = sanitizeCause(new TypeError('fetch failed', { cause: socket }))
    expect(clean).toMatchObject({ name: 'TypeError', cause: { code: 'ECONNREFUSED' } })
  })

  test('a loop of causes ends', () => {
    const loop = new Error('x') as Error & { cause: unknown }
    loop.cause = loop
    let depth = 0
    for (let error: unknown = sanitizeCause(loop); error instanceof Error; error = error.cause) depth += 1
    expect(depth).toBe(4)
  })

  test.each([CANARY, 42, null, undefined, Symbol('x'), { access_token: CANARY }])(
    'what is thrown need not be an error (%s)',
    (thrown) => {
      const clean = sanitizeCause(thrown)
      expect(clean).toBeInstanceOf(Error)
      expect(everything(clean)).not.toContain('c4n4ry')
    },
  )
})

test('oauthErrorCode knows registered codes alone', () => {
  expect(oauthErrorCode('invalid_client')).toBe('invalid_client')
  for (const other of [CANARY, 'INVALID_CLIENT', '', 7, undefined, ['invalid_client']])
    expect(oauthErrorCode(other)).toBeUndefined()
})
