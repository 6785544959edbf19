import { once } from 'node:events'
import { type AccessToken, systemClock, type TokenProvider } from '@orthanc-oauth/core'
import {
  acquireRequest,
  type Behaviour,
  compressedBomb,
  type FaultServer,
  failureOf,
  huge,
  json,
  leaks,
  redirect,
  answer as respond,
  startFaultServer,
  truncate,
} from '@orthanc-oauth/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { genericProvider } from '../generic-provider.ts'

const TOKEN = 'b64.token-~+/=='
const MIB = 1024 * 1024

let issuer: FaultServer
let warnings: string[]
let provider: TokenProvider

beforeEach(async () => {
  issuer = await startFaultServer()
  warnings = []
  provider = genericProvider({
    tokenEndpoint: `${issuer.url}/token`,
    clientId: 'orthanc',
    clientAuthentication: 'none',
    onWarning: (message) => warnings.push(message),
  })
})

afterEach(async () => {
  await issuer[Symbol.asyncDispose]()
})

function acquire(behaviour: Behaviour): Promise<AccessToken> {
  issuer.always(behaviour)
  return provider.acquire(acquireRequest())
}

function failure(behaviour: Behaviour) {
  issuer.always(behaviour)
  return failureOf(provider)
}

const given = (fields: object) => json({ access_token: TOKEN, token_type: 'Bearer', ...fields })

/** Signed by nobody: the provider verifies none. */
function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature`
}

const jsonType = { 'content-type': 'application/json' }

describe('an answer that is no token', () => {
  test.each([
    ['without access_token', { access_token: undefined }],
    ['with an empty access_token', { access_token: '' }],
    ['with an access_token that is no string', { access_token: 7 }],
  ])('TOK-F01: a 200 %s fails, for good', async (_what, fields) => {
    expect(await failure(given(fields))).toMatchObject({ code: 'TOK-005', retryable: false })
  })

  test.each(['[]', 'null', '"text"', '7'])('a 200 that is %s fails, for good', async (body) => {
    expect(await failure(respond({ headers: jsonType, body }))).toMatchObject({ code: 'TOK-005', retryable: false })
  })

  test.each([undefined, 'mac', 'DPoP', 'N_A'])('TOK-F02: the token_type %s fails, for good', async (token_type) => {
    expect(await failure(given({ token_type }))).toMatchObject({ code: 'TOK-005', retryable: false })
  })

  test.each(['bearer', 'BEARER', 'Bearer'])('TOK-F02: the token_type %s is Bearer', async (token_type) => {
    expect((await acquire(given({ token_type, expires_in: 60 }))).type).toBe('Bearer')
  })

  test('TOK-F05: a 200 with HTML fails, for good, and nothing of it is kept', async () => {
    const page = `<html><title>Sign in ${TOKEN}</title></html>`
    for (const headers of [{ 'content-type': 'text/html' }, jsonType]) {
      const error = await failure(respond({ headers, body: page }))
      expect(error).toMatchObject({ code: 'TOK-005', retryable: false })
      expect(leaks(error, [page, TOKEN, 'Sign in'])).toEqual([])
    }
  })

  test('TOK-F06: an empty 200 may be asked for again', async () => {
    expect(await failure(respond({ headers: jsonType }))).toMatchObject({ code: 'NET-002', retryable: true })
  })

  test.each(['length', 'chunked', 'close'] as const)(
    'TOK-F06: a 200 that ends too early, framed by %s, may be asked for again, and nothing of it is kept',
    async (framing) => {
      const body = JSON.stringify({ token_type: 'Bearer', expires_in: 60, access_token: TOKEN })
      const error = await failure(truncate({ headers: jsonType, body, framing }, body.length - 4))
      expect(error).toMatchObject({ code: 'NET-002', retryable: true })
      expect(leaks(error, [TOKEN])).toEqual([])
    },
  )

  test('TOK-F07: a body over 1 MiB is cut off at the cap', async () => {
    let pieces = 0
    const endless = {
      *pieces() {
        for (;;) {
          pieces += 1
          yield Buffer.alloc(64 * 1024, ' ')
        }
      },
    }
    expect(await failure(respond({ headers: jsonType, body: endless }))).toMatchObject({
      code: 'TOK-005',
      retryable: false,
    })
    await issuer.requests[0]?.closed
    expect(pieces * 64 * 1024).toBeLessThan(64 * MIB)
  })

  test.each([
    ['of a stated length', () => huge(MIB + 1, { headers: jsonType })],
    ['that is compressed a thousandfold', () => compressedBomb(50 * MIB)],
  ])('TOK-F07: a body over 1 MiB %s is refused', async (_what, behaviour) => {
    expect(await failure(behaviour())).toMatchObject({ code: 'TOK-005', retryable: false })
    expect(issuer.requests[0]?.values('accept-encoding')).toEqual(['identity'])
  })

  test('TOK-F07: over 1 MiB that unpacks to nothing is cut off too', async () => {
    const endlessName = {
      *pieces() {
        yield Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0xff]) // gzip, and the name of the file follows (RFC 1952)
        for (;;) yield Buffer.alloc(64 * 1024, 'x')
      },
    }
    const error = await failure(respond({ headers: { ...jsonType, 'content-encoding': 'gzip' }, body: endlessName }))
    expect(error).toMatchObject({ code: 'TOK-005', retryable: false, details: { limit: MIB } })
  })

  test('a token just under the cap of its answer is taken', async () => {
    const padded = { token_type: 'Bearer', expires_in: 60, access_token: TOKEN, padding: ' '.repeat(MIB - 200) }
    expect((await acquire(json(padded))).reveal()).toBe(TOKEN)
  })

  test.each([301, 302, 303, 307, 308] as const)(
    'TOK-F13: a %i is not followed: the secret goes nowhere else',
    async (status) => {
      await using other = await startFaultServer()
      expect(await failure(redirect(`${other.url}/token`, status))).toMatchObject({ code: 'TOK-005', retryable: false })
      expect([issuer.requests.length, other.connections]).toEqual([1, 0])
    },
  )

  test.each([
    ['CR', 'to\rken'],
    ['LF', 'to\nken'],
    ['CRLF and a header', 'token\r\nx-injected: 1'],
    ['a space', 'to ken'],
    ['NUL', 'to\u0000ken'],
    ['a letter beyond ASCII', 'tökén'],
    ['16 KiB and one byte', 'x'.repeat(16 * 1024 + 1)],
  ])('TOK-F14: a token with %s is refused and not echoed', async (_what, access_token) => {
    const error = await failure(given({ access_token, expires_in: 60 }))
    expect(error).toMatchObject({ code: 'TOK-005', retryable: false })
    expect(leaks(error, [access_token])).toEqual([])
  })

  test('TOK-F14: a token of 16 KiB is taken', async () => {
    const access_token = 'x'.repeat(16 * 1024)
    expect((await acquire(given({ access_token, expires_in: 60 }))).reveal()).toBe(access_token)
  })
})

describe('the lifetime of a token', () => {
  test.each([
    ['no expires_in, but exp and iat', { access_token: jwt({ iat: 1_000, exp: 1_090 }) }, 90_000],
    ['expires_in null, but exp and iat', { access_token: jwt({ iat: 1_000, exp: 1_090 }), expires_in: null }, 90_000],
  ])('TOK-F03: %s', async (_what, fields, lifetime) => {
    expect((await acquire(given(fields))).lifetime).toBe(lifetime)
    expect(warnings).toEqual([])
  })

  test.each([
    ['an opaque token', TOKEN],
    ['a JWT without iat', jwt({ exp: 1_090 })],
    ['what only looks like a JWT', 'a.b.c'],
  ])('TOK-F03: where nothing states it, of %s, it is 300 s, with one warning', async (_what, access_token) => {
    expect((await acquire(given({ access_token }))).lifetime).toBe(300_000)
    expect((await acquire(given({ access_token }))).lifetime).toBe(300_000)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(`${issuer.url}/token`)
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new RangeError(TOKEN)
      },
    ],
    ['rejects', () => Promise.reject(new RangeError(TOKEN))],
  ])('an onWarning that %s costs nobody the token, and is told of', async (_what, onWarning) => {
    issuer.always(given({}))
    const emitted = once(process, 'warning')
    const tokenEndpoint = `${issuer.url}/token`
    const options = { tokenEndpoint, clientId: 'orthanc', clientAuthentication: 'none', onWarning } as const
    expect((await genericProvider(options).acquire(acquireRequest())).reveal()).toBe(TOKEN)
    const [warning] = await emitted
    expect(warning.message).toContain('onWarning of a token provider threw: RangeError')
    expect(leaks(warning, [TOKEN])).toEqual([])
  })

  test.each([
    ['3600', 3_600_000],
    [3600, 3_600_000],
    [4e9, 86_400_000],
  ])('TOK-F04: expires_in %j is %i ms', async (expires_in, lifetime) => {
    expect((await acquire(given({ expires_in }))).lifetime).toBe(lifetime)
  })

  test.each(['NaN', 'soon', '60 minutes', '', {}, true])('TOK-F04: expires_in %j is refused', async (expires_in) => {
    expect(await failure(given({ expires_in }))).toMatchObject({ code: 'TOK-005', retryable: false })
  })

  test.each([
    ['expires_in 0', { expires_in: 0 }],
    ['expires_in "0"', { expires_in: '0' }],
    ['expires_in -1', { expires_in: -1 }],
    ['exp at iat', { access_token: jwt({ iat: 1_000, exp: 1_000 }), expires_in: 60 }],
    ['exp before iat', { access_token: jwt({ iat: 1_000, exp: 900 }) }],
  ])('TOK-F15: %s is refused, for good', async (_what, fields) => {
    expect(await failure(given(fields))).toMatchObject({ code: 'TOK-005', retryable: false })
  })

  test.each([
    ['expires_in is smaller', { expires_in: 60, lives: 90 }, 60_000],
    ['exp − iat is smaller', { expires_in: 90, lives: 60 }, 60_000],
  ])('TOK-F16: the smaller counts: %s', async (_what, { expires_in, lives }, lifetime) => {
    const access_token = jwt({ iat: 1_000, exp: 1_000 + lives })
    expect((await acquire(given({ access_token, expires_in }))).lifetime).toBe(lifetime)
  })

  test.each([-300, 300])('TOK-F16: an issuer whose clock is %i s off changes nothing', async (offset) => {
    const iat = Math.floor(Date.now() / 1000) + offset
    const before = systemClock.monotonic()
    const token = await acquire(given({ access_token: jwt({ iat, exp: iat + 60 }), expires_in: 3600 }))
    expect(token.lifetime).toBe(60_000)
    expect(token.sent.monotonic).toBeGreaterThanOrEqual(before)
    expect(token.sent.monotonic).toBeLessThanOrEqual(issuer.requests[0]?.at ?? 0)
  })

  test('TOK-F22: a token that the issuer repeats is given as it is, each time freshly asked for', async () => {
    const rejected = await acquire(given({ expires_in: 60 }))
    const again = await provider.acquire(acquireRequest({ current: rejected, rejected }))
    expect(again.reveal()).toBe(TOKEN)
    expect(again.sent.monotonic).toBeGreaterThan(rejected.sent.monotonic)
    expect(issuer.requests).toHaveLength(2)
  })
})

test('the ID token that Keycloak adds for the scope openid is left alone', async () => {
  expect((await acquire(given({ id_token: 'not.an.idtoken', expires_in: 60 }))).reveal()).toBe(TOKEN)
})
