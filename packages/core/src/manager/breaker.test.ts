import { busyIssuer, fails, gives, hangs, refusedClient, type Step, scriptedProvider } from '@orthanc-oauth/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { TokenManager } from './token-manager.ts'

// opossum's timers are the global ones, so here the manager has the system clock, on fake globals.
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(...steps: readonly Step[]) {
  const provider = scriptedProvider(...steps)
  const manager = new TokenManager(provider, {
    retry: false,
    breaker: { threshold: 2, resetTimeout: 60_000 },
    random: () => 0,
  })
  const states: string[] = []
  manager.events.on('breaker', ({ state }) => states.push(state))
  const failure = () =>
    manager.getToken().then(
      () => undefined,
      (error: OrthancOAuthError) => error,
    )
  /** Two failures, a second apart. */
  const open = async () => {
    await failure()
    await vi.advanceTimersByTimeAsync(1_000)
    await failure()
    await vi.advanceTimersByTimeAsync(2_000)
    await failure()
  }
  return { provider, manager, states, failure, open }
}

describe('a manager with a breaker', () => {
  test('asks no more once it is open, and says when it will', async () => {
    const { provider, manager, states, open, failure } = setUp(fails(busyIssuer()))
    await open()
    expect(states).toEqual(['open'])
    expect(provider.requests).toHaveLength(2)
    expect(await failure()).toMatchObject({ code: 'AUTH-003', retryAfter: 58_000, cause: { code: 'AUTH-003' } })
    expect(manager.status).toMatchObject({ breaker: 'open', failed: 2, breakerRejections: 1 })
  })

  test('recovers by itself when the breaker lets a trial through', async () => {
    const { provider, manager, states, open } = setUp(fails(busyIssuer()))
    const started = manager.start().catch(() => undefined)
    await open()
    await started
    provider.script(gives({ value: 'back' }))
    await vi.advanceTimersByTimeAsync(58_002)
    expect(manager.peek()?.reveal()).toBe('back')
    expect(states).toEqual(['open', 'half-open', 'closed'])
    await manager[Symbol.asyncDispose]()
  })

  test('a trial that hangs ends with the acquisition, and is no recovery', async () => {
    const { provider, manager, states, open } = setUp(fails(busyIssuer()))
    await open()
    provider.script(hangs())
    await vi.advanceTimersByTimeAsync(58_001)
    manager.peek()
    expect(provider.requests).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(states).toEqual(['open', 'half-open', 'open'])
  })

  test('a person gets past it, and a success closes it', async () => {
    const { provider, manager, states, open } = setUp(fails(busyIssuer()))
    await open()
    await expect(manager.refresh()).rejects.toMatchObject({ code: 'AUTH-003' })
    expect(provider.requests).toHaveLength(3)
    expect(manager.status.breaker).toBe('open')
    provider.script(gives({ value: 'back' }))
    expect((await manager.refresh()).reveal()).toBe('back')
    expect(states).toEqual(['open', 'closed'])
  })

  test('a closed breaker is not passed by: a person is a caller like others', async () => {
    const { manager, provider } = setUp(fails(busyIssuer()))
    await manager.refresh().catch(() => undefined)
    await manager.refresh().catch(() => undefined)
    expect(provider.requests).toHaveLength(2)
    expect(manager.status.breaker).toBe('open')
  })

  test('an issuer that refuses does not open it', async () => {
    const { provider, manager } = setUp(fails(refusedClient()))
    for (let i = 0; i < 5; i++) {
      await manager.getToken().catch(() => undefined)
      await vi.advanceTimersByTimeAsync(60_001)
    }
    expect(provider.requests).toHaveLength(5)
    expect(manager.status.breaker).toBe('closed')
  })

  test('disposed of it leaves no timer', async () => {
    const { manager, open } = setUp(fails(busyIssuer()))
    await open()
    await manager[Symbol.asyncDispose]()
    expect(vi.getTimerCount()).toBe(0)
  })
})
