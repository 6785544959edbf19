import {
  busyIssuer,
  fails,
  fakeClock,
  gives,
  hangs,
  refusedClient,
  type Step,
  scriptedProvider,
} from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { AccessToken } from '../token/access-token.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts'
import { type FailedAttempt, withRetry } from './with-retry.ts'

function setUp(steps: readonly Step[], policy: Partial<RetryPolicy> = {}) {
  const clock = fakeClock()
  const start = clock.monotonic()
  const asked: number[] = []
  const retries: FailedAttempt[] = []
  const provider = scriptedProvider(...steps)
  const watched = {
    ...provider,
    acquire: (request: Parameters<typeof provider.acquire>[0]) => {
      asked.push(clock.monotonic() - start)
      return provider.acquire(request)
    },
  }
  const tried = withRetry(
    watched,
    { ...defaultRetryPolicy, ...policy },
    { random: () => 0, onRetry: (retry) => retries.push(retry) },
  )
  const controller = new AbortController()
  const acquire = (current?: AccessToken) => {
    const token = tried.acquire({ clock, signal: controller.signal, current })
    token.catch(() => undefined)
    return token
  }
  return { clock, asked, retries, controller, acquire, tried }
}

describe('withRetry', () => {
  test('what succeeds is asked once', async () => {
    const { acquire, asked, retries } = setUp([gives()])
    expect((await acquire()).reveal()).toBe('token-1')
    expect(asked).toEqual([0])
    expect(retries).toEqual([])
  })

  test('a busy issuer is asked again, each time after its delay', async () => {
    const { acquire, asked, clock } = setUp([fails(busyIssuer()), fails(busyIssuer()), gives()])
    const token = acquire()
    await clock.advance(3_000)
    expect((await token).reveal()).toBe('token-3')
    expect(asked).toEqual([0, 1_000, 3_000])
    expect(clock.pending).toBe(0)
  })

  test('after the last attempt its error is thrown, unchanged', async () => {
    const last = busyIssuer()
    const { acquire, asked, clock } = setUp([fails(busyIssuer()), fails(busyIssuer()), fails(last)])
    const token = acquire()
    await clock.advance(60_000)
    await expect(token).rejects.toBe(last)
    expect(asked).toHaveLength(3)
  })

  test('one attempt is one attempt', async () => {
    const { acquire, asked, retries } = setUp([fails(busyIssuer())], { attempts: 1 })
    await expect(acquire()).rejects.toMatchObject({ code: 'AUTH-003' })
    expect(asked).toHaveLength(1)
    expect(retries).toEqual([])
  })

  test.each([
    { what: 'an error that the issuer meant', error: refusedClient() },
    { what: 'an error that is not ours', error: new Error('what is this') },
    { what: 'a TypeError', error: new TypeError('undefined is not a function') },
  ])('$what is thrown at once, unchanged', async ({ error }) => {
    const { acquire, asked, clock } = setUp([fails(error)])
    await expect(acquire()).rejects.toBe(error)
    expect(asked).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('TOK-F10: Retry-After is waited for where it is longer than the backoff', async () => {
    const { acquire, asked, clock } = setUp([fails(busyIssuer(7_000)), fails(busyIssuer(10)), gives()])
    const token = acquire()
    await clock.advance(9_000)
    await token
    expect(asked).toEqual([0, 7_000, 9_000])
  })

  test('TOK-F11: a Retry-After beyond the longest delay ends the acquisition', async () => {
    const { acquire, asked, retries, clock } = setUp([fails(busyIssuer(30_001)), gives()])
    await expect(acquire()).rejects.toMatchObject({ retryAfter: 30_001 })
    expect(asked).toHaveLength(1)
    expect(retries).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('a fleet draws its delays apart', async () => {
    const clock = fakeClock()
    const delays: number[] = []
    for (const random of [0, 0.5, 1]) {
      const tried = withRetry(scriptedProvider(fails(busyIssuer()), gives()), defaultRetryPolicy, {
        random: () => random,
        onRetry: ({ delay }) => delays.push(delay),
      })
      const token = tried.acquire({ clock, signal: new AbortController().signal })
      await clock.advance(1_000)
      await token
    }
    expect(delays).toEqual([1_000, 750, 500])
  })

  test('where a token was held, the first delay is at most a twentieth of its lifetime', async () => {
    const { acquire, asked, clock } = setUp([fails(busyIssuer()), fails(busyIssuer()), gives()])
    const sent = { wall: clock.now(), monotonic: clock.monotonic() }
    const token = acquire(new AccessToken({ value: 'old', sent, lifetime: 5_000 }))
    await clock.advance(750)
    await token
    expect(asked).toEqual([0, 250, 750])
  })

  test('each attempt that is followed by another is told, with its delay', async () => {
    const error = busyIssuer()
    const { acquire, retries, clock } = setUp([fails(error)])
    const token = acquire()
    await clock.advance(60_000)
    await token.catch(() => undefined)
    expect(retries).toEqual([
      { attempt: 1, delay: 1_000, error },
      { attempt: 2, delay: 2_000, error },
    ])
  })

  test('an abort ends a delay at once, with its reason', async () => {
    const { acquire, asked, controller, clock } = setUp([fails(busyIssuer())])
    const token = acquire()
    await clock.advance(500)
    const reason = new Error('the host stops')
    controller.abort(reason)
    await expect(token).rejects.toBe(reason)
    expect(asked).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('the policy is copied: a later change of it changes nothing', async () => {
    const policy = { ...defaultRetryPolicy, attempts: 1 }
    const provider = scriptedProvider(fails(busyIssuer()))
    const tried = withRetry(provider, policy)
    policy.attempts = 99
    await expect(tried.acquire({ clock: fakeClock(), signal: new AbortController().signal })).rejects.toBeInstanceOf(
      OrthancOAuthError,
    )
    expect(provider.requests).toHaveLength(1)
  })

  test('name and cache key are those of the provider, so is a binding', () => {
    const binding = {}
    const { name, cacheKey, binding: seen } = withRetry({ ...scriptedProvider(hangs()), binding })
    expect({ name, cacheKey }).toEqual({ name: 'scripted', cacheKey: 'scripted' })
    expect(seen).toBe(binding)
  })

  test.each([
    { attempts: 0 },
    { attempts: 1.5 },
    { attempts: Number.NaN },
    { initialDelay: -1 },
    { maxDelay: Number.POSITIVE_INFINITY },
    { multiplier: Number.NaN },
  ])('a policy that makes no sense is refused: %j', (part) => {
    expect(() => withRetry(scriptedProvider(), { ...defaultRetryPolicy, ...part })).toThrow(
      expect.objectContaining({ code: 'CFG-002', message: expect.stringContaining(Object.keys(part)[0] as string) }),
    )
  })
})
