import type { Behaviour } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { fault } from './support/fault.ts'
import { jwt, tokenAnswer } from './support/token-answers.ts'
import { tokenWorld } from './support/token-world.ts'

const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND

/** The lifetime, in seconds, that a token of this answer gets. */
async function lifetimeOf(behaviour: Behaviour): Promise<number> {
  await using world = await tokenWorld()
  world.endpoint.always(behaviour)
  return (await world.manager.getToken()).lifetime / SECOND
}

fault('TOK-F03', "without expires_in the JWT's exp − iat counts, and nobody is warned", async (seen) => {
  await using world = await tokenWorld()
  world.endpoint.always(tokenAnswer({ expires_in: undefined, access_token: jwt({ iat: 1000, exp: 1090 }) }))
  const { lifetime } = await world.manager.getToken()
  expect(lifetime).toBe(90 * SECOND)
  expect(world.warnings).toEqual([])
  seen(`JWT of 90 s: ${lifetime / SECOND} s, ${world.warnings.length} warnings`)
})

fault('TOK-F03', 'a token that says nothing of its lifetime gets 300 s, and one warning for good', async (seen) => {
  await using world = await tokenWorld()
  world.endpoint.always(tokenAnswer({ expires_in: undefined }))
  const first = await world.manager.getToken()
  await world.manager.refresh()
  await world.manager.refresh()
  expect(first.lifetime).toBe(300 * SECOND)
  expect(world.calls).toBe(3)
  expect(world.warnings).toHaveLength(1)
  seen(`opaque: ${first.lifetime / SECOND} s, ${world.warnings.length} warning in ${world.calls} acquisitions`)
})

fault('TOK-F04', 'expires_in as a string is accepted', async (seen) => {
  const lifetime = await lifetimeOf(tokenAnswer({ expires_in: '3600' }))
  expect(lifetime).toBe(3600)
  seen(`"3600": ${lifetime} s`)
})

fault('TOK-F04', 'a huge lifetime is clamped to 24 h', async (seen) => {
  for (const expires_in of [86_401, 1e12]) {
    const lifetime = await lifetimeOf(tokenAnswer({ expires_in }))
    expect(lifetime * SECOND).toBe(DAY)
    seen(`${expires_in}: ${lifetime} s`)
  }
})

for (const expires_in of [0, -1, 'NaN', 'soon', '']) {
  fault('TOK-F04', `expires_in ${JSON.stringify(expires_in)} is refused`, async (seen) => {
    await using world = await tokenWorld()
    world.endpoint.always(tokenAnswer({ expires_in }))
    const error = await world.failure()
    expect(error).toMatchObject({ code: 'TOK-005', retryable: false })
    seen(`${JSON.stringify(expires_in)}: ${error.code}`)
  })
}

const dead = [
  { what: 'expires_in 0', behaviour: tokenAnswer({ expires_in: 0 }) },
  { what: 'a JWT whose exp is its iat', behaviour: tokenAnswer({ access_token: jwt({ iat: 1000, exp: 1000 }) }) },
  { what: 'a JWT whose exp is before its iat', behaviour: tokenAnswer({ access_token: jwt({ iat: 1000, exp: 900 }) }) },
]
const CALLERS = 50

for (const { what, behaviour } of dead) {
  fault('TOK-F15', `${what} is an error, and many callers make no loop of calls of it`, async (seen) => {
    await using world = await tokenWorld()
    world.endpoint.always(behaviour)
    const codes = new Set<string>()
    for (let caller = 0; caller < CALLERS; caller++) codes.add((await world.failure()).code)
    expect([...codes]).toEqual(['TOK-005'])
    expect(world.calls).toBe(1)
    seen(`${what}: ${[...codes].join()} for ${CALLERS} callers after ${world.calls} call`)
  })
}

for (const { expires_in, own, expected } of [
  { expires_in: 3600, own: 600, expected: 600 },
  { expires_in: 600, own: 3600, expected: 600 },
]) {
  fault('TOK-F16', `of expires_in ${expires_in} and a JWT of ${own} s the smaller counts`, async (seen) => {
    const access_token = jwt({ iat: 5000, exp: 5000 + own })
    const lifetime = await lifetimeOf(tokenAnswer({ expires_in, access_token }))
    expect(lifetime).toBe(expected)
    seen(`${expires_in} and ${own}: ${lifetime} s`)
  })
}

const OFF = 5 * 60
/** Of a token of 240 s, with 10 s of skew. */
const LAST_USABLE = 230 * SECOND - 1

for (const { what, offset } of [
  { what: '5 min ahead', offset: OFF },
  { what: '5 min behind', offset: -OFF },
]) {
  fault('TOK-F16', `an issuer's clock ${what} changes nothing`, async (seen) => {
    await using world = await tokenWorld()
    const { clock, endpoint, manager } = world
    endpoint.always((exchange) => {
      const iat = Math.floor(clock.now() / SECOND) + offset
      return tokenAnswer({ expires_in: 240, access_token: jwt({ iat, exp: iat + 240, count: world.calls }) })(exchange)
    })
    await manager.getToken()
    await clock.advance(LAST_USABLE)
    const before = manager.status.state
    await clock.advance(1)
    const after = manager.status.state
    expect([before, after]).toEqual(['due', 'expired'])
    seen(`${what}: ${before} after ${LAST_USABLE} ms of 240 s, ${after} 1 ms later`)
  })
}

fault('TOK-F16', 'a lifetime counts from the moment the request was sent', async (seen) => {
  await using world = await tokenWorld()
  const { clock, endpoint, manager } = world
  const begun = clock.now()
  endpoint.always(async (exchange) => {
    await clock.advance(4 * SECOND)
    await tokenAnswer({ expires_in: 60 })(exchange)
  })
  const { expiresAt } = await manager.getToken()
  expect(expiresAt - begun).toBe(60 * SECOND)
  seen(`60 s, answered after 4 s: ends ${(expiresAt - begun) / SECOND} s after it was sent`)
})
