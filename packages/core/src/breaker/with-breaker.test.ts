import { busyIssuer, fails, gives, hangs, refusedClient, type Step, scriptedProvider } from '@orthanc-oauth/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../clock/system-clock.ts'
import type { BreakerPolicy, BreakerState } from './breaker-policy.ts'
import { withBreaker } from './with-breaker.ts'

// opossum's timers are the global ones.
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(steps: readonly Step[], policy: Partial<BreakerPolicy> = {}) {
  const provider = scriptedProvider(...steps)
  const states: BreakerState[] = []
  let rejections = 0
  const breaker = withBreaker(
    provider,
    { threshold: 3, resetTimeout: 60_000, ...policy },
    { onState: (state) => states.push(state), onReject: () => (rejections += 1) },
  )
  const acquire = (signal: AbortSignal = new AbortController().signal) =>
    breaker.acquire({ clock: systemClock, signal }).then(
      (token) => token.reveal(),
      (error: { code: string }) => error.code,
    )
  const acquireTimes = async (times: number) => {
    for (let i = 0; i < times; i++) await acquire()
  }
  return { provider, breaker, states, acquire, acquireTimes, rejections: () => rejections }
}

describe('withBreaker', () => {
  test('what succeeds passes, as do name and cache key', async () => {
    const { breaker, acquire, states } = setUp([gives()])
    expect(await acquire()).toBe('token-1')
    expect(breaker).toMatchObject({ name: 'scripted', cacheKey: 'scripted', state: 'closed' })
    expect(states).toEqual([])
  })

  test('an error passes unchanged', async () => {
    const error = busyIssuer()
    const { breaker } = setUp([fails(error)])
    await expect(breaker.acquire({ clock: systemClock, signal: new AbortController().signal })).rejects.toBe(error)
  })

  test('after the threshold of failures in a row nobody is asked any more', async () => {
    const { breaker, provider, states, acquireTimes, rejections } = setUp([fails(busyIssuer())])
    await acquireTimes(2)
    expect(breaker.state).toBe('closed')
    await acquireTimes(5)
    expect(provider.requests).toHaveLength(3)
    expect(breaker.state).toBe('open')
    expect(states).toEqual(['open'])
    expect(rejections()).toBe(4)
  })

  test('failures count in a row, however far apart; a success ends the row', async () => {
    const { breaker, acquire, acquireTimes, provider } = setUp([fails(busyIssuer())])
    await acquireTimes(2)
    provider.script(gives(), fails(busyIssuer()))
    await acquire()
    await acquireTimes(2)
    expect(breaker.state).toBe('closed')
    await vi.advanceTimersByTimeAsync(3_600_000)
    await acquire()
    expect(breaker.state).toBe('open')
  })

  test('only the threshold opens it, not a share of quick failures', async () => {
    const { breaker, acquireTimes } = setUp([fails(busyIssuer())], { threshold: 50 })
    await acquireTimes(49)
    expect(breaker.state).toBe('closed')
    await acquireTimes(1)
    expect(breaker.state).toBe('open')
  })

  test('a refusal says when to ask again, and why', async () => {
    const { breaker, acquireTimes } = setUp([fails(busyIssuer())])
    await acquireTimes(3)
    await vi.advanceTimersByTimeAsync(20_000)
    await expect(breaker.acquire({ clock: systemClock, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'AUTH-003',
      retryable: true,
      retryAfter: 40_000,
      cause: { code: 'AUTH-003' },
    })
  })

  test('an issuer that refuses has answered: no row of failures', async () => {
    const { breaker, provider, acquire, acquireTimes } = setUp([fails(busyIssuer())])
    await acquireTimes(2)
    provider.script(fails(refusedClient()), fails(busyIssuer()))
    expect(await acquire()).toBe('AUTH-001')
    await acquireTimes(2)
    expect(breaker.state).toBe('closed')
  })

  test('after its time one trial is let through, and a success closes it', async () => {
    const { provider, acquire, acquireTimes, states } = setUp([fails(busyIssuer())])
    await acquireTimes(3)
    await vi.advanceTimersByTimeAsync(60_000)
    provider.script(gives({ value: 'back' }))
    expect(await acquire()).toBe('back')
    expect(states).toEqual(['open', 'half-open', 'closed'])
    provider.script(fails(busyIssuer()))
    await acquireTimes(2)
    expect(states).toHaveLength(3) // the row begins anew
  })

  test.each([
    { what: 'failure', step: fails(busyIssuer()) },
    { what: 'wrong secret', step: fails(refusedClient()) },
  ])('a $what of the trial opens it again for the whole time', async ({ step }) => {
    const { breaker, provider, acquire, acquireTimes } = setUp([fails(busyIssuer())])
    await acquireTimes(3)
    await vi.advanceTimersByTimeAsync(60_000)
    provider.script(step)
    await acquire()
    expect(breaker.state).toBe('open')
    await vi.advanceTimersByTimeAsync(59_999)
    expect(breaker.state).toBe('open')
    await vi.advanceTimersByTimeAsync(1)
    expect(breaker.state).toBe('half-open')
  })

  test('while the trial is under way others are refused', async () => {
    const { provider, acquire, acquireTimes } = setUp([fails(busyIssuer())])
    await acquireTimes(3)
    await vi.advanceTimersByTimeAsync(60_000)
    const controller = new AbortController()
    provider.script(hangs())
    const trial = acquire(controller.signal)
    expect(await acquire()).toBe('AUTH-003')
    expect(provider.requests).toHaveLength(4)
    controller.abort(busyIssuer())
    await trial
  })

  test('a trial that hangs ends with its signal, does not look like recovery, and is followed by another', async () => {
    const { breaker, provider, acquire, acquireTimes } = setUp([fails(busyIssuer())])
    await acquireTimes(3)
    await vi.advanceTimersByTimeAsync(60_000)
    const controller = new AbortController()
    provider.script(hangs())
    const trial = acquire(controller.signal)
    controller.abort(busyIssuer())
    expect(await trial).toBe('AUTH-003')
    expect(breaker.state).toBe('open')
    await vi.advanceTimersByTimeAsync(60_000)
    provider.script(gives({ value: 'back' }))
    expect(await acquire()).toBe('back')
    expect(breaker.state).toBe('closed')
  })

  test('who reached the issuer past it may close it', async () => {
    const { breaker, provider, acquire, acquireTimes, states } = setUp([fails(busyIssuer())])
    await acquireTimes(3)
    breaker.close()
    provider.script(gives({ value: 'back' }))
    expect(await acquire()).toBe('back')
    expect(states).toEqual(['open', 'closed'])
  })

  test('disposed of it leaves no timer and asks nobody', async () => {
    const { breaker, provider, acquire, acquireTimes } = setUp([fails(busyIssuer())])
    await acquireTimes(3)
    breaker[Symbol.dispose]()
    expect(vi.getTimerCount()).toBe(0)
    expect(await acquire()).toBe('INT-001')
    expect(provider.requests).toHaveLength(3)
  })

  test.each([
    { threshold: 0 },
    { threshold: 2.5 },
    { resetTimeout: 0 },
    { resetTimeout: Number.NaN },
    { resetTimeout: 2 ** 31 },
  ])('a policy that makes no sense is refused: %j', (part) => {
    expect(() => withBreaker(scriptedProvider(), { threshold: 5, resetTimeout: 60_000, ...part })).toThrow(
      expect.objectContaining({ code: 'CFG-002', message: expect.stringContaining(Object.keys(part)[0] as string) }),
    )
  })
})
