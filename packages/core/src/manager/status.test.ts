import { inspect } from 'node:util'
import { busyIssuer, fails, gives, hangs, refusedClient, type Step } from '@orthanc-oauth/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { defaultRetryPolicy } from '../retry/retry-policy.ts'
import { managed } from './managed.fixture.ts'
import type { ManagerOptions } from './manager-options.ts'

function setUp(steps: readonly Step[], options: ManagerOptions = {}) {
  const { clock, provider, manager } = managed(steps, options)
  const told: unknown[] = []
  for (const event of ['token', 'lost', 'failed', 'retry', 'breaker'] as const)
    manager.events.on(event, (payload?: unknown) => told.push(payload === undefined ? [event] : [event, payload]))
  return { clock, provider, manager, told }
}

describe('status', () => {
  test('of a manager that was never asked', () => {
    const { manager } = setUp([gives()])
    expect(manager.status).toEqual({
      state: 'empty',
      breaker: 'off',
      hits: 0,
      misses: 0,
      succeeded: 0,
      failed: 0,
      retries: 0,
      breakerRejections: 0,
    })
  })

  test('goes from fresh to due to expired, and says when the token ends', async () => {
    const { manager, clock } = setUp([gives(), hangs()])
    const ends = clock.now() + 300_000
    await manager.getToken()
    expect(manager.status).toMatchObject({ state: 'fresh', expiresAt: ends, lifetime: 300_000, succeeded: 1 })
    await clock.advance(230_000)
    expect(manager.status.state).toBe('due')
    await clock.advance(60_000)
    expect(manager.status).toMatchObject({ state: 'expired', expiresAt: ends })
  })

  test('says what failed last, and when the issuer may be asked again', async () => {
    const { manager, clock } = setUp([fails(refusedClient())])
    await manager.getToken().catch(() => undefined)
    await clock.advance(20_000)
    expect(manager.status).toMatchObject({
      state: 'empty',
      retryIn: 40_000,
      lastError: { code: 'AUTH-001', retryAfter: 40_000 },
      failed: 1,
      misses: 1,
    })
  })

  test('counts calls answered from memory and calls that had to wait', async () => {
    const { manager } = setUp([gives()])
    manager.peek()
    await manager.getToken()
    await manager.getToken()
    manager.peek()
    await manager.getToken({ signal: new AbortController().signal })
    expect(manager.status).toMatchObject({ hits: 3, misses: 1 })
  })

  test('no token value is in it, nor in the manager, to whatever depth', async () => {
    const { manager, told } = setUp([gives({ value: 'c4n4ry' })])
    await manager.getToken()
    const shown = [manager, manager.status, told].map(
      (one) => inspect(one, { depth: 10, showHidden: true }) + JSON.stringify(one),
    )
    expect(shown.join()).not.toContain('c4n4ry')
  })
})

describe('events', () => {
  test('tell of a new token, of its loss, and of failures', async () => {
    const { manager, clock, told } = setUp([gives({ delay: 200 }), fails(refusedClient(), 100)])
    const ends = clock.now() + 300_000
    manager.peek()
    await clock.advance(200)
    await clock.advance(289_800)
    manager.peek()
    await clock.advance(100)
    manager.peek()
    expect(told).toEqual([
      ['token', { lifetime: 300_000, expiresAt: ends, duration: 200 }],
      ['lost'],
      ['failed', { error: expect.objectContaining({ code: 'AUTH-001', retryAfter: 60_000 }), duration: 100 }],
    ])
  })

  test('tell of each attempt that is followed by another', async () => {
    const error = busyIssuer()
    const { manager, clock, told } = setUp([fails(error), gives()], { retry: defaultRetryPolicy })
    const token = manager.getToken()
    await clock.advance(1_000)
    await token
    expect(told[0]).toEqual(['retry', { attempt: 1, delay: 1_000, error }])
    expect(manager.status).toMatchObject({ retries: 1, succeeded: 1, failed: 0 })
  })

  test('a listener sees the new token already', async () => {
    const { manager } = setUp([gives()])
    const first = await manager.getToken()
    const seen: (string | undefined)[] = []
    manager.events.on('token', () => seen.push(manager.peek()?.reveal()))
    await manager.getToken({ after: first })
    expect(seen).toEqual(['token-2'])
  })

  describe('a listener that throws', () => {
    afterEach(() => {
      vi.restoreAllMocks()
    })

    test('costs nobody a token, and is warned of without what it threw', async () => {
      const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
      const { manager } = setUp([gives(), fails(refusedClient())])
      manager.events.on('token', () => {
        throw new TypeError('c4n4ry')
      })
      const first = await manager.getToken()
      expect(first.reveal()).toBe('token-1')
      expect(manager.peek()).toBe(first)
      expect(warn.mock.calls.join()).toContain('TypeError')
      expect(warn.mock.calls.join()).not.toContain('c4n4ry')
    })
  })
})
