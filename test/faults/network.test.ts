import { once } from 'node:events'
import { systemClock, type TokenEvents } from '@orthanc-oauth/core'
import {
  answer,
  type Behaviour,
  blackHole,
  drip,
  hang,
  refusingPort,
  reset,
  resetConnection,
  resetInBody,
  truncate,
} from '@orthanc-oauth/testing'
import { describe, expect } from 'vitest'
import { fault, type Seen } from './support/fault.ts'
import { numberedTokens } from './support/token-answers.ts'
import { type TokenWorldOptions, tokenWorld } from './support/token-world.ts'

const SECOND = 1000

async function triedThreeTimes(what: string, tokenEndpoint: string, seen: Seen): Promise<void> {
  await using world = await tokenWorld({ provider: { tokenEndpoint } })
  const error = await world.failure()
  expect(error).toMatchObject({ code: 'NET-002', retryable: true })
  expect(world.attempts).toBe(3)
  seen(`${what}: ${error.code} (${error.details.code}) after ${world.attempts} attempts`)
}

// RFC 6761, section 6.4: a name that no resolver knows.
fault('NET-F1', 'a name that is not known is tried again, three times in all', (seen) =>
  triedThreeTimes('an unknown name', 'https://issuer.invalid/token', seen),
)

fault('NET-F1', 'a refused connection is tried again, three times in all', async (seen) => {
  await using refusing = await refusingPort()
  await triedThreeTimes('a refused connection', `http://127.0.0.1:${refusing.port}/token`, seen)
})

fault('NET-F1', 'a connection that is cut may succeed at the next attempt', async (seen) => {
  await using world = await tokenWorld()
  world.endpoint.nextConnections(resetConnection)
  world.endpoint.always(numberedTokens('token'))
  const token = await world.manager.getToken()
  expect(token.reveal()).toBe('token-1')
  seen(`cut once: ${token.reveal()} at attempt ${world.attempts}`)
})

/** Milliseconds that a loaded machine may add. */
const TOLERANCE = 3 * SECOND
/** Vitest's own for one test is shorter than the longest of the limits. */
const PATIENCE = 45 * SECOND

/** By the clocks of this process: that the limits are real is what is measured. */
async function failsAfter(limit: number, { provider = {}, behaviour = answer() }: Limited, seen: Seen): Promise<void> {
  await using world = await tokenWorld({ provider, manager: { clock: systemClock, retry: false } })
  const { endpoint, manager } = world
  endpoint.always(behaviour)
  const failed = once(manager.events, 'failed')
  const begun = performance.now()
  manager.peek()
  const [{ error }] = (await failed) as TokenEvents['failed']
  const took = performance.now() - begun
  expect(error).toMatchObject({ code: 'NET-001', retryable: true, details: { limit } })
  expect(took).toBeGreaterThanOrEqual(limit)
  expect(took).toBeLessThan(limit + TOLERANCE)
  for (const request of endpoint.requests) await request.closed
  seen(`${error.code} after ${Math.round(took)} ms`)
}

interface Limited {
  readonly provider?: TokenWorldOptions['provider']
  readonly behaviour?: Behaviour
}

describe.concurrent('limits', () => {
  fault('NET-F2', 'connecting to where nobody answers ends after 5 s', async (seen) => {
    await using hole = await blackHole()
    await failsAfter(5 * SECOND, { provider: { tokenEndpoint: `http://127.0.0.1:${hole.port}/token` } }, seen)
  })

  fault('NET-F3', 'an issuer that accepts and never answers is given up after 10 s', async (seen) => {
    await failsAfter(10 * SECOND, { behaviour: hang() }, seen)
  })

  fault(
    'NET-F4',
    'a body that drips is given up after 30 s in all',
    async (seen) => {
      const dripping = drip({ body: ' '.repeat(1000) }, { bytes: 1, interval: 100 })
      await failsAfter(30 * SECOND, { behaviour: dripping }, seen)
    },
    PATIENCE,
  )
})

const headers = { 'content-type': 'application/json' }
const body = '{"access_token":"opaque","token_type":"Bearer","expires_in":3600}'

for (const { what, behaviour } of [
  { what: 'a reset in the body', behaviour: resetInBody({ headers, body }, 20) },
  { what: 'a reset before the answer', behaviour: reset() },
  { what: 'the end of the connection in the body', behaviour: truncate({ headers, body }, 20) },
]) {
  fault('NET-F5', `after ${what} one more attempt brings the token`, async (seen) => {
    await using world = await tokenWorld()
    world.endpoint.next(behaviour)
    world.endpoint.always(answer({ headers, body }))
    const token = await world.manager.getToken()
    expect(token.reveal()).toBe('opaque')
    expect(world.calls).toBe(2)
    seen(`${what}: ${world.delays.length} retry, then a token`)
  })
}
