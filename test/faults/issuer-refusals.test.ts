import { once } from 'node:events'
import { Secret } from '@orthanc-oauth/core'
import { answer, redirect, refusedScope, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { fault } from './support/fault.ts'
import { numberedTokens, tokenAnswer } from './support/token-answers.ts'
import { CLIENT_SECRET, failureOf, tokenWorld } from './support/token-world.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const CALLERS = 50

fault('TOK-F08', 'a wrong secret is one call; everybody within 60 s gets the same answer', async (seen) => {
  await using issuer = await startIssuer()
  const { clientId } = issuer.clients.client_secret_post
  await using world = await tokenWorld({
    target: issuer.issuer,
    provider: { clientId, clientSecret: new Secret('wrong') },
  })
  const { clock, manager } = world
  const together = await Promise.all(Array.from({ length: CALLERS }, () => failureOf(manager.getToken())))
  await clock.advance(MINUTE - 1)
  const later = await world.failure()
  expect(new Set([...together, later].map(({ code }) => code))).toEqual(new Set(['AUTH-001']))
  expect(world.calls).toBe(1)
  seen(`${CALLERS} callers at once and one ${MINUTE - 1} ms later: ${later.code}, ${world.calls} call`)
  await clock.advance(1)
  const next = await world.failure()
  expect(world.calls).toBe(2)
  seen(`1 ms later: ${next.code}, ${world.calls} calls`)
})

fault('TOK-F09', 'a scope that is not granted is a configuration error and not asked for again', async (seen) => {
  await using issuer = await startIssuer()
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  await using world = await tokenWorld({
    target: issuer.issuer,
    provider: { clientId, clientSecret: new Secret(clientSecret), scope: refusedScope },
  })
  const error = await world.failure()
  expect(error).toMatchObject({ code: 'AUTH-002', retryable: false })
  expect(error.troubleshooting.join()).toContain('Scope')
  const again = await world.failure()
  expect(again.code).toBe('AUTH-002')
  expect(world.calls).toBe(1)
  seen(`${error.code} after ${world.calls} call: ${error.troubleshooting.join(' ')}`)
})

fault('TOK-F10', 'after 429 nobody asks sooner than Retry-After says, though many want to', async (seen) => {
  await using world = await tokenWorld()
  const { clock, endpoint } = world
  endpoint.next(answer({ status: 429, headers: { 'retry-after': '120' } }))
  endpoint.always(numberedTokens('token'))
  const refused = await world.failure()
  expect(refused.code).toBe('AUTH-003')
  for (let second = 1; second < 120; second++) {
    await clock.advance(SECOND)
    world.manager.peek()
  }
  await clock.advance(SECOND - 1)
  const before = world.attempts
  expect(before).toBe(1)
  await clock.advance(1)
  const token = await world.manager.getToken()
  expect(token.reveal()).toBe('token-1')
  expect(world.calls).toBe(2)
  seen(`Retry-After 120: ${before} call before 120 s, call ${world.calls} then brought ${token.reveal()}`)
})

/** A date in Retry-After is compared with the answer's own. */
const ANSWERED = 'Sun, 22 Nov 2026 12:00:00 GMT'

for (const { value, wait } of [
  { value: 'Sun, 22 Nov 2026 12:02:05 GMT', wait: 125 * SECOND },
  { value: 'in a while', wait: MINUTE },
  { value: '-5', wait: MINUTE },
  { value: '99999999999', wait: HOUR },
  { value: 'Wed, 01 Jan 2098 00:00:00 GMT', wait: HOUR },
]) {
  fault('TOK-F11', `Retry-After "${value}" means ${wait / SECOND} s`, async (seen) => {
    await using world = await tokenWorld()
    const { clock, endpoint } = world
    endpoint.next(answer({ status: 503, headers: { 'retry-after': value, date: ANSWERED } }))
    endpoint.always(numberedTokens('token'))
    const refused = await world.failure()
    await clock.advance(wait - 2)
    world.manager.peek()
    await clock.advance(1)
    const before = world.attempts
    await clock.advance(1)
    const token = await world.manager.getToken()
    expect(refused.retryAfter).toBe(wait)
    expect([before, world.calls]).toEqual([1, 2])
    expect(token.reveal()).toBe('token-1')
    seen(`"${value}": ${(refused.retryAfter ?? 0) / SECOND} s, ${before} call until then, ${world.calls} at it`)
  })
}

fault('TOK-F12', 'attempts after 5xx follow after 1 s, then 2 s, of which up to half is drawn away', async (seen) => {
  const firsts: number[] = []
  const seconds: number[] = []
  for (const random of [0, 0.5, 0.75]) {
    await using world = await tokenWorld({ manager: { random: () => random } })
    world.endpoint.always(answer({ status: 503 }))
    const error = await world.failure()
    expect(error).toMatchObject({ code: 'AUTH-003', retryable: true })
    expect(world.calls).toBe(3)
    const [first = 0, second = 0] = world.delays
    firsts.push(first)
    seconds.push(second)
  }
  expect(firsts).toEqual([1000, 750, 625])
  expect(seconds).toEqual([2000, 1500, 1250])
  seen(`drawn 0, 0.5, 0.75: ${firsts.join(', ')} ms, then ${seconds.join(', ')} ms`)
})

fault('TOK-F12', 'between acquisitions the backoff grows from 1 s to 30 s', async (seen) => {
  await using world = await tokenWorld({ manager: { retry: false, random: () => 0 } })
  const { clock, endpoint, manager } = world
  endpoint.always(answer({ status: 500 }))
  const waits: number[] = []
  for (let failure = 0; failure < 7; failure++) {
    const failed = once(manager.events, 'failed')
    manager.peek()
    await failed
    const { retryIn = 0 } = manager.status
    waits.push(retryIn)
    await clock.advance(retryIn)
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  seen(`${waits.map((wait) => wait / SECOND).join(', ')} s`)
})

for (const status of [301, 302, 303, 307, 308] as const) {
  fault('TOK-F13', `a ${status} is not followed`, async (seen) => {
    await using elsewhere = await startFaultServer()
    elsewhere.always(tokenAnswer())
    await using world = await tokenWorld()
    world.endpoint.always(redirect(`${elsewhere.url}/token`, status))
    const error = await world.failure()
    expect(error).toMatchObject({ code: 'TOK-005', retryable: false })
    expect(world.calls).toBe(1)
    expect(elsewhere.connections).toBe(0)
    seen(`${status}: ${error.code} after ${world.calls} call, ${elsewhere.connections} connections elsewhere`)
  })
}

fault('TOK-F13', 'a redirect to the issuer itself does not get the secret a second time', async (seen) => {
  await using world = await tokenWorld()
  const { endpoint } = world
  endpoint.next(redirect(`${endpoint.url}/elsewhere`, 307))
  endpoint.always(tokenAnswer())
  const { code } = await world.failure()
  const secrets = endpoint.requests.filter((request) => request.text().includes(CLIENT_SECRET))
  expect(code).toBe('TOK-005')
  expect(secrets).toHaveLength(1)
  seen(`to the same origin: ${code}, the secret was sent ${secrets.length} time`)
})
