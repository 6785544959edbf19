import { busyIssuer, fails, fakeClock, gives, hangs, type Step, scriptedProvider } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { managed } from './managed.fixture.ts'
import type { ManagerOptions } from './manager-options.ts'
import { TokenManager } from './token-manager.ts'

async function setUp(steps: readonly Step[], options: ManagerOptions = {}) {
  const { clock, provider, manager } = managed(steps, options)
  const first = await manager.getToken()
  return { clock, provider, manager, first }
}

describe('a token of 300 s', () => {
  test('CLK-F4: is given out until 290 s, less not a millisecond and more not one: the rest is the margin', async () => {
    const { clock, manager, first } = await setUp([gives(), hangs()])
    await clock.advance(289_999)
    expect(manager.peek()).toBe(first)
    expect(await manager.getToken()).toBe(first)
    await clock.advance(1)
    expect(manager.peek()).toBeUndefined()
    expect(manager.status.state).toBe('expired')
  })

  test('CLK-F4: a server whose clock is 90 s ahead sees no expired token of an hour', async () => {
    const hour = { lifetime: 3_600_000 }
    const { clock, provider, manager } = await setUp([gives(hour), gives({ ...hour, delay: 1_000 })])
    for (let second = 0; second < 3 * 3_600; second += 5) {
      const token = await manager.getToken()
      expect(token.expiresAt).toBeGreaterThan(clock.now() + 90_000)
      await clock.advance(5_000)
    }
    expect(provider.requests).toHaveLength(4)
  })

  test('counts from the moment its request was sent, not from its arrival', async () => {
    const clock = fakeClock()
    const manager = new TokenManager(scriptedProvider(gives({ delay: 20_000 }), hangs()), { clock, random: () => 0 })
    manager.peek()
    await clock.advance(20_000)
    await clock.advance(269_999)
    expect(manager.peek()).toBeDefined()
    await clock.advance(1)
    expect(manager.peek()).toBeUndefined()
  })

  test('is refreshed in the background when due: nobody waits', async () => {
    const { clock, provider, manager, first } = await setUp([gives(), gives({ delay: 5_000 })])
    await clock.advance(229_999)
    manager.peek()
    expect(provider.requests).toHaveLength(1)
    await clock.advance(1)
    expect(manager.peek()).toBe(first)
    expect(await manager.getToken()).toBe(first)
    expect(provider.requests).toHaveLength(2)
    await clock.advance(5_000)
    expect(manager.peek()?.reveal()).toBe('token-2')
    expect((await manager.getToken()).reveal()).toBe('token-2')
    expect(provider.requests).toHaveLength(2)
  })

  test('PRC-F6: a failing refresh in the background reaches no caller and is no unhandled rejection', async () => {
    const { clock, provider, manager, first } = await setUp([gives(), fails(busyIssuer())])
    await clock.advance(230_000)
    for (let t = 0; t < 59; t++) {
      expect(await manager.getToken()).toBe(first)
      await clock.advance(1_000)
    }
    expect(provider.requests).toHaveLength(7) // the second at 230 s, then 1, 2, 4, 8, 16 s apart; vitest fails on what is unhandled
  })

  test('is refreshed from the moment that the issuer advises', async () => {
    const { clock, provider, manager } = await setUp([gives({ lifetime: 3_600_000, refreshIn: 1_800_000 }), gives()])
    await clock.advance(1_799_999)
    manager.peek()
    expect(provider.requests).toHaveLength(1)
    await clock.advance(1)
    manager.peek()
    expect(provider.requests).toHaveLength(2)
  })

  test('nothing runs between calls', async () => {
    const { clock, provider } = await setUp([gives()])
    expect(clock.pending).toBe(0)
    await clock.advance(3_600_000)
    expect(provider.requests).toHaveLength(1)
  })
})

describe('clocks', () => {
  test('CLK-F1: the wall clock jumps two hours ahead: another token before the next is given out', async () => {
    const { clock, provider, manager } = await setUp([gives({ lifetime: 3_600_000 })])
    clock.jump(7_200_000)
    expect(manager.peek()).toBeUndefined()
    expect((await manager.getToken()).reveal()).toBe('token-2')
    expect(provider.requests).toHaveLength(2)
  })

  test('CLK-F2: the wall clock jumps two hours back: the monotonic clock still ends the token', async () => {
    const { clock, manager, first } = await setUp([gives({ lifetime: 3_600_000 }), hangs()])
    clock.jump(-7_200_000)
    await clock.advance(3_589_999)
    expect(manager.peek()).toBe(first)
    await clock.advance(1)
    expect(manager.peek()).toBeUndefined()
  })

  test('CLK-F2: after a jump back the next token takes the place of the one in hand', async () => {
    const { clock, manager } = await setUp([gives({ lifetime: 3_600_000 })])
    clock.jump(-7_200_000)
    await clock.advance(3_290_000)
    manager.peek()
    await clock.advance(0)
    expect(manager.peek()?.reveal()).toBe('token-2')
  })

  test.each(['stops', 'runs'] as const)(
    'CLK-F3: suspended for 8 h (the monotonic clock %s): checked on wake, one acquisition',
    async (monotonic) => {
      const { clock, provider, manager } = await setUp([gives({ lifetime: 3_600_000 }), gives({ delay: 100 })])
      await clock.suspend(28_800_000, monotonic)
      expect(manager.peek()).toBeUndefined()
      const tokens = Promise.all([manager.getToken(), manager.getToken()])
      await clock.advance(100)
      expect((await tokens).map((token) => token.reveal())).toEqual(['token-2', 'token-2'])
      expect(provider.requests).toHaveLength(2)
    },
  )

  test.each(['stops', 'runs'] as const)(
    'CLK-F3: a started manager (the monotonic clock %s) has another token within 30 s of the wake',
    async (monotonic) => {
      const { clock, provider, manager } = await setUp([gives({ lifetime: 3_600_000 })])
      await manager.start()
      await clock.suspend(28_800_000, monotonic)
      await clock.advance(30_001)
      expect(provider.requests).toHaveLength(2)
      expect(manager.peek()?.reveal()).toBe('token-2')
      await manager[Symbol.asyncDispose]()
    },
  )

  test('PRC-F7: after a stall of the event loop the end is checked again before a token is given out', async () => {
    const { clock, provider, manager } = await setUp([gives({ lifetime: 5_000 })])
    await manager.start()
    // Both clocks move on by 10 s and no timer has run yet: what a blocked event loop finds when it goes on.
    const stalled = clock.suspend(10_000, 'runs')
    expect(manager.peek()).toBeUndefined()
    expect((await manager.getToken()).reveal()).toBe('token-2')
    await stalled
    expect(provider.requests).toHaveLength(2)
    await manager[Symbol.asyncDispose]()
  })

  test('PRC-F7: an answer that arrived during the stall is looked at by the clock after it', async () => {
    const answered = Promise.withResolvers<void>()
    const clock = fakeClock()
    const provider = scriptedProvider(async (request, call) => {
      const token = await gives({ lifetime: 5_000 })(request, call)
      await answered.promise
      return token
    })
    const manager = new TokenManager(provider, { clock, random: () => 0, retry: false })
    const token = manager.getToken()
    const outcome = expect(token).rejects.toMatchObject({ code: 'TOK-002', retryable: true })
    answered.resolve()
    void clock.suspend(10_000, 'runs')
    await outcome
  })

  test('CLK-F7: a fleet whose tokens expire together does not refresh together', async () => {
    const clock = fakeClock()
    const random = [0, 0.25, 0.5, 0.75, 0.999]
    const fleet = random.map((draw) => {
      const provider = scriptedProvider(gives({ lifetime: 3_600_000 }))
      return { provider, manager: new TokenManager(provider, { clock, random: () => draw }) }
    })
    await Promise.all(fleet.map(({ manager }) => manager.start()))
    const start = clock.monotonic()
    const refreshed = new Map<number, number>()
    while (refreshed.size < fleet.length && clock.monotonic() - start < 3_600_000) {
      await clock.advance(5_000)
      fleet.forEach(({ provider }, n) => {
        if (provider.requests.length === 2 && !refreshed.has(n)) refreshed.set(n, clock.monotonic() - start)
      })
    }
    expect(new Set(refreshed.values()).size).toBe(fleet.length)
    await Promise.all(fleet.map(({ manager }) => manager[Symbol.asyncDispose]()))
  })
})

describe('an issuer that repeats itself', () => {
  test('is not asked without end: a token that an SDK keeps until 5 min before its end costs 6 calls in 55 min', async () => {
    const clock = fakeClock()
    let value = 0
    let sent = { wall: clock.now(), monotonic: clock.monotonic() }
    let calls = 0
    const sdk = scriptedProvider(async (request, call) => {
      calls += 1
      const left = sent.monotonic + 3_600_000 - request.clock.monotonic()
      if (value === 0 || left <= 300_000) {
        value += 1
        sent = { wall: request.clock.now(), monotonic: request.clock.monotonic() }
      }
      const age = request.clock.monotonic() - sent.monotonic
      return gives({ value: `kept-${value}`, lifetime: 3_600_000, age })(request, call)
    })
    const manager = new TokenManager(sdk, { clock, random: () => 0, refreshBuffer: 3_600_000 })
    for (let second = 0; second < 55 * 60; second++) {
      await manager.getToken()
      await clock.advance(1_000)
    }
    expect(calls).toBeGreaterThan(1)
    expect(calls).toBeLessThanOrEqual(6)
  })

  test('an answer that ends no later is dropped; what is in hand goes on', async () => {
    const { clock, manager, first } = await setUp([gives(), gives({ value: 'older', lifetime: 60_000 })])
    await clock.advance(230_000)
    manager.peek()
    await clock.advance(0)
    expect(manager.peek()).toBe(first)
  })

  test('an answer that was sent for before is dropped, though it ends later', async () => {
    const old = gives({ value: 'older', lifetime: 3_600_000, age: 1_000_000 })
    const { clock, manager, first } = await setUp([gives(), old])
    await clock.advance(230_000)
    manager.peek()
    await clock.advance(0)
    expect(manager.peek()).toBe(first)
  })

  test('is asked again at the end of the token in any case', async () => {
    const { clock, manager, provider } = await setUp([gives(), gives({ value: 'older', lifetime: 5_000 }), gives()])
    await clock.advance(281_000)
    manager.peek()
    await clock.advance(0)
    expect(manager.peek()?.reveal()).toBe('token-1') // dropped at 281 s: nothing is asked again before 291 s …
    expect(provider.requests).toHaveLength(2)
    await clock.advance(9_000) // … but the token ends at 290 s
    expect((await manager.getToken()).reveal()).toBe('token-3')
  })

  test('after a drop the next attempt follows after a fifth of what is left, at least 10 s', async () => {
    const { clock, manager, provider } = await setUp([gives(), gives({ value: 'older', lifetime: 10_000 })])
    await clock.advance(230_000) // 60 s are left: 12 s until the next
    manager.peek()
    await clock.advance(11_999)
    manager.peek()
    expect(provider.requests).toHaveLength(2)
    await clock.advance(1)
    manager.peek()
    expect(provider.requests).toHaveLength(3)
    await clock.advance(9_999) // 48 s were left: 10 s
    manager.peek()
    expect(provider.requests).toHaveLength(3)
    await clock.advance(1)
    manager.peek()
    expect(provider.requests).toHaveLength(4)
  })
})
