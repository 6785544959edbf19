import { once } from 'node:events'
import { systemClock, TokenManager, type TokenProvider } from '@orthanc-oauth/core'
import { afterEach, expect, vi } from 'vitest'
import { fault } from './support/fault.ts'
import { jwt, numberedTokens, tokenAnswer } from './support/token-answers.ts'
import { tokenWorld } from './support/token-world.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

fault('CLK-F1', 'after a jump of two hours ahead the next token given out is a new one', async (seen) => {
  await using world = await tokenWorld()
  world.endpoint.always(numberedTokens('token'))
  const before = await world.manager.getToken()
  world.clock.jump(2 * HOUR)
  const peeked = world.manager.peek()
  const after = await world.manager.getToken()
  expect(peeked).toBeUndefined()
  expect([before.reveal(), after.reveal()]).toEqual(['token-1', 'token-2'])
  seen(`before ${before.reveal()}, after ${after.reveal()}, ${world.calls} calls`)
})

fault('CLK-F2', 'a wall clock set back two hours makes no token live longer', async (seen) => {
  await using world = await tokenWorld()
  const { clock, endpoint, manager } = world
  endpoint.always(numberedTokens('token'))
  await manager.getToken()
  clock.jump(-2 * HOUR)
  const usableUntil = 3590 * SECOND
  await clock.advance(usableUntil - 1)
  const before = manager.status.state
  await clock.advance(1)
  const after = manager.status.state
  const token = await manager.getToken()
  expect([before, after]).toEqual(['due', 'expired'])
  expect(token.reveal()).toBe('token-2')
  seen(`${usableUntil - 1} ms later ${before}, 1 ms later ${after}, then ${token.reveal()}`)
})

const CALLERS = 50
/** How often a manager that is kept fresh looks at both clocks, at least; a timer is up to a millisecond late. */
const LONGEST_UNLOOKED = 30 * SECOND + 1

for (const monotonic of ['stops', 'runs'] as const) {
  fault(
    'CLK-F3',
    `after 8 h asleep (its monotonic clock ${monotonic}) many callers make one acquisition`,
    async (seen) => {
      await using world = await tokenWorld()
      const { clock, endpoint, manager } = world
      endpoint.always(numberedTokens('token'))
      await manager.getToken()
      await clock.suspend(8 * HOUR, monotonic)
      const tokens = await Promise.all(Array.from({ length: CALLERS }, () => manager.getToken()))
      const values = [...new Set(tokens.map((token) => token.reveal()))]
      expect(values).toEqual(['token-2'])
      expect(world.calls).toBe(2)
      seen(`${monotonic}: ${CALLERS} callers got ${values.join()}, ${world.calls - 1} acquisition after waking`)
    },
  )

  fault(
    'CLK-F3',
    `a manager kept fresh looks at its clocks after waking (${monotonic}), though nobody asks`,
    async (seen) => {
      await using world = await tokenWorld()
      const { clock, endpoint, manager } = world
      endpoint.always(numberedTokens('token'))
      await manager.start()
      await clock.suspend(8 * HOUR, monotonic)
      if (world.attempts === 1) await clock.advance(LONGEST_UNLOOKED)
      expect(world.attempts).toBe(2)
      await once(manager.events, 'token')
      const token = manager.peek()
      expect(token?.reveal()).toBe('token-2')
      expect(world.calls).toBe(2)
      seen(`${monotonic}: within ${LONGEST_UNLOOKED} ms ${token?.reveal()}, ${world.calls - 1} acquisition`)
    },
  )
}

const AHEAD = 90 * SECOND
/** Traffic of a busy archive. */
const EVERY = 10 * SECOND
const DAY_OF_WORK = 8 * HOUR

fault('CLK-F4', 'a server 90 s ahead sees no expired token in eight hours of tokens of an hour', async (seen) => {
  await using world = await tokenWorld()
  const { clock, endpoint, manager } = world
  endpoint.always((exchange) => {
    const iat = Math.floor(clock.now() / SECOND)
    return tokenAnswer({ access_token: jwt({ iat, exp: iat + HOUR / SECOND }) })(exchange)
  })
  const left: number[] = []
  for (let elapsed = 0; elapsed < DAY_OF_WORK; elapsed += EVERY) {
    const token = await manager.getToken()
    left.push(claimsOf(token.reveal()).exp * SECOND - (clock.now() + AHEAD))
    if (manager.status.state === 'due') await once(manager.events, 'token')
    await clock.advance(EVERY)
  }
  const least = Math.min(...left)
  expect(least).toBeGreaterThan(0)
  expect(world.calls).toBeGreaterThanOrEqual(DAY_OF_WORK / HOUR)
  seen(`${left.length} requests, ${world.calls} tokens, the oldest had ${least / SECOND} s left by the server's clock`)
})

function claimsOf(token: string): { exp: number } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

fault(
  'CLK-F5',
  'tokens of 60 s with a buffer of 5 min are refreshed in their last fifth, not at once',
  async (seen) => {
    const dues: number[] = []
    for (const random of [0, 0.999]) {
      await using world = await tokenWorld({ manager: { refreshBuffer: 5 * MINUTE, random: () => random } })
      const { clock, endpoint, manager } = world
      endpoint.always(tokenAnswer({ expires_in: 60 }))
      await manager.getToken()
      let elapsed = 0
      for (; manager.status.state === 'fresh'; elapsed += 10) await clock.advance(10)
      dues.push(elapsed / SECOND)
      expect(world.attempts).toBe(1)
    }
    const [earliest = 0, latest = 0] = dues
    expect(earliest).toBe(42)
    expect(latest).toBeCloseTo(44.4, 1)
    seen(`a refresh is due after ${earliest} to ${latest} s of 60`)
  },
)

const LONGEST_TIMEOUT = 2 ** 31 - 1

afterEach(() => vi.useRealTimers())

fault('CLK-F6', 'a timer longer than the longest of Node runs once, and never early', async (seen) => {
  vi.useFakeTimers()
  const wanted = LONGEST_TIMEOUT + 5 * MINUTE
  const begun = performance.now()
  const ran: number[] = []
  systemClock.setTimer(() => ran.push(performance.now() - begun), wanted)
  await vi.advanceTimersByTimeAsync(wanted - 1)
  expect(ran).toEqual([])
  await vi.advanceTimersByTimeAsync(2)
  expect(ran).toHaveLength(1)
  expect(ran[0]).toBeGreaterThanOrEqual(wanted)
  seen(`${wanted} ms: ran ${ran.length} time, after ${ran[0]} ms`)
})

const FLEET = 100
/** Milliseconds; nothing is measured more exactly. */
const STEP = 100

fault('CLK-F7', 'a fleet that got its tokens together does not refresh them together', async (seen) => {
  await using world = await tokenWorld()
  const { clock, endpoint } = world
  endpoint.always(tokenAnswer({ expires_in: 300 }))
  const { cacheKey, name, acquire } = world.provider
  const begun = clock.monotonic()
  const asked: number[] = []
  const underway: Promise<unknown>[] = []
  const provider: TokenProvider = {
    name,
    cacheKey,
    acquire(request) {
      asked.push(clock.monotonic() - begun)
      const answer = acquire(request)
      underway.push(answer)
      return answer
    },
  }
  const fleet = Array.from({ length: FLEET }, () => new TokenManager(provider, { clock }))
  await Promise.all(fleet.map((manager) => manager.start()))
  expect(asked).toEqual(Array.from({ length: FLEET }, () => 0))
  const renewed = Promise.all(fleet.map((manager) => once(manager.events, 'token')))
  while (asked.length < 2 * FLEET) {
    await clock.advance(STEP)
    await Promise.all(underway) // the limits of a connection go by the same clock
  }
  await renewed
  await Promise.all(fleet.map((manager) => manager[Symbol.asyncDispose]()))
  const refreshes = asked.slice(FLEET).map((moment) => moment / SECOND)
  const perSecond = Map.groupBy(refreshes, Math.floor)
  const busiest = Math.max(...[...perSecond.values()].map((group) => group.length))
  const [first, last] = [Math.min(...refreshes), Math.max(...refreshes)]
  expect(refreshes).toHaveLength(FLEET)
  expect(first).toBeGreaterThanOrEqual(230)
  expect(last).toBeLessThanOrEqual(242 + STEP / SECOND)
  expect(busiest).toBeLessThan(FLEET / 3)
  seen(
    `${FLEET} managers, tokens of 300 s: refreshed from ${first.toFixed(1)} to ${last.toFixed(1)} s, at most ${busiest} within a second`,
  )
})
