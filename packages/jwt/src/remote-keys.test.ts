import { answer, fakeClock, hang, huge, json, reset } from '@orthanc-oauth/testing'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { expected, type IssuerOfKeys, issuerOfKeys, newKey, token, verifierOf } from './issuer-of-keys.fixture.ts'

const first = newKey('first')
const second = newKey('second')
const third = newKey('third')
const HOUR = 3_600_000
const COOLDOWN = 30_000

let issuer: IssuerOfKeys
let clock: ReturnType<typeof fakeClock>
let stale: number

beforeEach(async () => {
  issuer = await issuerOfKeys(first)
  clock = fakeClock()
  stale = 0
})

afterEach(() => issuer[Symbol.asyncDispose]())

const newVerifier = () => {
  const { jwksUri } = issuer
  return verifierOf({ jwksUri, onStaleKeys: () => (stale += 1) }, clock)
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'verified',
    ({ code, details, retryable }) => [code, details.reason ?? (retryable ? 'retryable' : 'final')].join(' '),
  )

describe('the keys of an issuer', () => {
  test('are fetched once for many tokens, and again after ten minutes', async () => {
    const verifier = newVerifier()
    for (let count = 0; count < 5; count += 1) await verifier.verify(await token(first, clock))
    expect(issuer.looks).toBe(1)
    await clock.advance(600_000)
    await verifier.verify(await token(first, clock))
    expect(issuer.looks).toBe(2)
  })

  test('JWT-F11: verifications that come together share one request, and each fails once with it', async () => {
    issuer.answers(answer({ status: 500 }))
    const verifier = newVerifier()
    const tokens = await Promise.all(Array.from({ length: 20 }, () => token(first, clock)))
    const outcomes = await Promise.all(tokens.map((one) => outcome(verifier.verify(one))))
    expect(new Set(outcomes)).toEqual(new Set(['AUTH-003 retryable']))
    expect(issuer.looks).toBe(1)
  })

  test('a request that all who waited gave up counts for nothing: the next one asks at once', async () => {
    issuer.answers(hang())
    const verifier = newVerifier()
    const caller = new AbortController()
    const givenUp = verifier.prepare({ signal: caller.signal })
    await vi.waitFor(() => expect(issuer.looks).toBe(1))
    issuer.publish(first)
    caller.abort(new Error('given up'))
    await expect(givenUp).rejects.toThrow('given up')
    await verifier.verify(await token(first, clock))
    expect(issuer.looks).toBe(2)
  })

  test('JWT-F3: a flood of invented key ids costs one request in 30 s, and one exception', async () => {
    const verifier = newVerifier()
    await verifier.verify(await token(first, clock))
    const flood = async () => {
      for (let count = 0; count < 20; count += 1)
        expect(await outcome(verifier.verify(await token({ ...second, kid: `${Math.random()}` }, clock)))).toBe(
          'TOK-004 key',
        )
    }
    await flood()
    expect(issuer.looks).toBe(2)
    for (let window = 1; window <= 5; window += 1) {
      await clock.advance(COOLDOWN)
      await flood()
      expect(issuer.looks).toBe(2 + window)
    }
  })

  test('JWT-F3: also while the requests fail', async () => {
    issuer.answers(reset())
    const verifier = newVerifier()
    for (let window = 1; window <= 3; window += 1) {
      for (let count = 0; count < 10; count += 1)
        expect(await outcome(verifier.verify(await token(first, clock)))).toBe('NET-002 retryable')
      expect(issuer.looks).toBe(window)
      await clock.advance(COOLDOWN)
    }
  })

  test('JWT-F5: a rotation within the 30 s is followed at once, and so is the next', async () => {
    const verifier = newVerifier()
    await verifier.verify(await token(first, clock))
    issuer.publish(first, second)
    await verifier.verify(await token(second, clock))
    issuer.publish(second, third)
    await verifier.verify(await token(third, clock))
    expect(issuer.looks).toBe(3)
  })

  test('JWT-F5: an exception that found nothing was the last one, until a look that finds', async () => {
    const verifier = newVerifier()
    await verifier.verify(await token(first, clock))
    await outcome(verifier.verify(await token({ ...second, kid: 'invented' }, clock)))
    issuer.publish(first, second)
    expect(await outcome(verifier.verify(await token(second, clock)))).toBe('TOK-004 key')
    await clock.advance(COOLDOWN)
    expect(await outcome(verifier.verify(await token(second, clock)))).toBe('verified')
    issuer.publish(third)
    expect(await outcome(verifier.verify(await token(third, clock)))).toBe('verified')
  })

  test('JWT-F4: while the issuer is down they verify on for a day, and it is said each time', async () => {
    const verifier = newVerifier()
    await verifier.verify(await token(first, clock))
    issuer.answers(reset())
    await clock.advance(23 * HOUR)
    expect(await outcome(verifier.verify(await token(first, clock)))).toBe('verified')
    expect(await outcome(verifier.verify(await token(first, clock)))).toBe('verified')
    expect([stale, issuer.looks]).toEqual([2, 2])
    await clock.advance(HOUR)
    expect(await outcome(verifier.verify(await token(first, clock)))).toBe('NET-002 retryable')
    issuer.publish(first)
    await clock.advance(COOLDOWN)
    expect(await outcome(verifier.verify(await token(first, clock)))).toBe('verified')
    expect(stale).toBe(2)
  })

  test.each([
    ['an HTML page', answer({ headers: { 'content-type': 'text/html' }, body: '<html>' })],
    ['2 MiB', huge(2 ** 21)],
    ['no set', json({ keys: 'first' })],
    ['keys that are none', json({ keys: [{ kid: 'first' }] })],
    ['null', json(null)],
    ['a redirect', answer({ status: 302, headers: { location: 'https://evil.example/' } })],
  ])('JWT-F6: %s in the place of keys changes nothing', async (_what, behaviour) => {
    const verifier = newVerifier()
    await verifier.verify(await token(first, clock))
    issuer.answers(behaviour)
    await clock.advance(600_000)
    expect(await outcome(verifier.verify(await token(first, clock)))).toBe('verified')
    expect([stale, issuer.looks]).toEqual([1, 2])
    expect(await outcome(newVerifier().verify(await token(first, clock)))).toMatch(/^(TOK-005|AUTH-003)/)
  })

  test('JWT-F10: what is refused by its header costs no request', async () => {
    const verifier = newVerifier()
    const forged = await token(first, clock, { header: { alg: 'RS512' } })
    expect(await outcome(verifier.verify(forged))).toBe('TOK-004 algorithm')
    expect(await outcome(verifier.verify('opaque'))).toBe('TOK-004 no JWT')
    expect(issuer.looks).toBe(0)
  })

  test('a token that names no key and has expired is refused for that', async () => {
    issuer.publish(second, first)
    const expired = await token(first, clock, { header: { kid: undefined as never }, claims: { exp: 1 } })
    expect(await outcome(newVerifier().verify(expired))).toBe('TOK-004 expired')
  })

  test('a token that names no key is that of whichever fits', async () => {
    issuer.publish(first, second)
    const now = Math.floor(clock.now() / 1_000)
    const anonymous = (key: typeof first) =>
      new SignJWT({ iss: expected.issuer, aud: expected.audience, exp: now + 60 })
        .setProtectedHeader({ alg: 'RS256' })
        .sign(key.privateKey)
    const verifier = newVerifier()
    expect(await outcome(verifier.verify(await anonymous(second)))).toBe('verified')
    expect(await outcome(verifier.verify(await anonymous(third)))).toBe('TOK-004 key')
  })

  test('one who gives up leaves the request to the others, and the last one ends it', async () => {
    issuer.answers(hang())
    const verifier = newVerifier()
    const signed = await token(first, clock)
    const controllers = [new AbortController(), new AbortController()]
    const waiting = controllers.map(({ signal }) => verifier.verify(signed, { signal }).catch((error) => error.message))
    const [request] = await issuer.server.seen(1)
    controllers[0]?.abort(new Error('one'))
    expect(await waiting[0]).toBe('one')
    controllers[1]?.abort(new Error('other'))
    expect(await waiting[1]).toBe('other')
    await request?.closed
    expect(clock.pending).toBe(0)
  })
})
