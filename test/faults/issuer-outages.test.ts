import { once } from 'node:events'
import { answer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { ask, type Got } from './support/client.ts'
import { type ClockedWorld, clockedWorld, LATE, refreshFails } from './support/clocked-world.ts'
import { fault } from './support/fault.ts'
import { numberedTokens, tokenAnswer } from './support/token-answers.ts'

const SECOND = 1000
fault('TOK-F10', 'after 429 requests go on with the token in hand, and the issuer is left alone', async (seen) => {
  await using world = await clockedWorld({ tokens: numberedTokens('token', { expires_in: 600 }) })
  const { clock, cloud, endpoint, manager, origin } = world
  endpoint.next(answer({ status: 429, headers: { 'retry-after': '60' } }))
  await refreshFails(world)
  const statuses: number[] = []
  for (let second = 0; second < 60; second += 10) {
    statuses.push((await ask(`${cloud}/studies`)).status)
    await clock.advance(10 * SECOND - (second === 50 ? 1 : 0))
  }
  const calls = endpoint.requests.length
  const usedMeanwhile = new Set(origin.requests.map((request) => request.values('authorization').join()))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect([...usedMeanwhile]).toEqual(['Bearer token-1'])
  expect(calls).toBe(2)
  const renewed = once(manager.events, 'token')
  await clock.advance(LATE)
  await renewed
  await ask(`${cloud}/studies`)
  const after = origin.requests.at(-1)?.values('authorization').join()
  expect(after).toBe('Bearer token-2')
  seen(
    `Retry-After 60: ${statuses.length} requests got ${[...new Set(statuses)].join()} with ${[...usedMeanwhile].join()}, ${calls - 2} calls meanwhile; then ${after}`,
  )
})

fault(
  'TOK-F12',
  'while the issuer answers 500, requests go on until the token is over, less its skew',
  async (seen) => {
    await using world = await clockedWorld({ tokens: tokenAnswer({ expires_in: 60 }) })
    const { clock, cloud, endpoint, manager, origin } = world
    const begun = clock.monotonic()
    endpoint.always(answer({ status: 500 }))
    await refreshFails(world)
    const usableUntil = begun + 54 * SECOND
    let served = 0
    const serve = async () => {
      const { status } = await ask(`${cloud}/studies`)
      expect(status).toBe(200)
      served += 1
    }
    for (;;) {
      await serve()
      const next = clock.monotonic() + (manager.status.retryIn ?? 0) + LATE
      if (next >= usableUntil) break
      const failed = once(manager.events, 'failed')
      await clock.advance(next - clock.monotonic())
      await failed
    }
    await clock.advance(usableUntil - clock.monotonic() - 1)
    await serve()
    const last = clock.monotonic() - begun
    await clock.advance(1)
    const refused = await answeredWhileFailing(world, ask(`${cloud}/studies`))
    expect(refused.status).toBe(503)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(origin.requests).toHaveLength(served)
    seen(
      `tokens of 60 s: ${served} requests served until ${last} ms, ${endpoint.requests.length - 1} calls failed; then ${refused.status} with Retry-After ${refused.headers['retry-after']}, ${origin.requests.length - served} requests without a token`,
    )
  },
)

/** A request without a token waits for the next attempt, which needs the clock to come to it. */
async function answeredWhileFailing({ clock, manager }: ClockedWorld, asking: Promise<Got>): Promise<Got> {
  let got: Got | undefined
  const answered = asking.then((answer) => {
    got = answer
  })
  while (got === undefined) {
    const failed = once(manager.events, 'failed')
    await clock.advance((manager.status.retryIn ?? 0) + LATE)
    await Promise.race([failed, answered])
  }
  return got
}
