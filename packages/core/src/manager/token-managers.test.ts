import { fakeClock, gives, scriptedProvider } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { defaultRetryPolicy } from '../retry/retry-policy.ts'
import { TokenManagers } from './token-managers.ts'

describe('TokenManagers', () => {
  test('two servers of one tenant share one manager: one token, one acquisition', async () => {
    const managers = new TokenManagers()
    const provider = scriptedProvider(gives())
    const one = managers.for(provider)
    const other = managers.for(scriptedProvider(gives()))
    expect(one).toBe(other)
    await Promise.all([one.getToken(), other.getToken()])
    expect(provider.requests).toHaveLength(1)
    await managers[Symbol.asyncDispose]()
  })

  test('another cache key is another manager, whatever it is made of', () => {
    const managers = new TokenManagers()
    const made = ['a', 'b', 'a"', '["a"]', 'a,0'].map((cacheKey) => managers.for({ ...scriptedProvider(), cacheKey }))
    expect(new Set(made).size).toBe(5)
  })

  test('options are compared by value, defaults included', () => {
    const managers = new TokenManagers()
    const provider = scriptedProvider()
    const plain = managers.for(provider)
    expect(managers.for(provider, { retry: { ...defaultRetryPolicy } })).toBe(plain)
    expect(managers.for(provider, { breaker: false, refreshBuffer: 300_000 })).toBe(plain)
    const breaker = { threshold: 5, resetTimeout: 60_000 }
    expect(managers.for(provider, { breaker })).toBe(managers.for(provider, { breaker: { ...breaker } }))
  })

  test('other options are another manager', () => {
    const managers = new TokenManagers()
    const provider = scriptedProvider()
    const made = [
      {},
      { retry: false as const },
      { retry: { ...defaultRetryPolicy, attempts: 4 } },
      { breaker: { threshold: 5, resetTimeout: 60_000 } },
      { breaker: { threshold: 60_000, resetTimeout: 5 } },
      { refreshBuffer: 60_000 },
      { clock: fakeClock() },
      { clock: fakeClock() },
      { random: () => 0 },
    ].map((options) => managers.for(provider, options))
    expect(new Set(made).size).toBe(made.length)
  })

  test('disposing disposes of all, and no more are made', async () => {
    const managers = new TokenManagers()
    const provider = scriptedProvider(gives())
    const made = [managers.for(provider), managers.for(provider, { refreshBuffer: 0 })]
    await managers[Symbol.asyncDispose]()
    await managers[Symbol.asyncDispose]()
    expect(made.map(({ status }) => status.state)).toEqual(['disposed', 'disposed'])
    expect(() => managers.for(provider)).toThrow(expect.objectContaining({ code: 'INT-001' }))
  })

  test('an option that makes no sense is refused, and no manager is kept', () => {
    const managers = new TokenManagers()
    expect(() => managers.for(scriptedProvider(), { refreshBuffer: -1 })).toThrow(
      expect.objectContaining({ code: 'CFG-002' }),
    )
  })
})
