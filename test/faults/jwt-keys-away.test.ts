import { answer, fakeClock, reset, startFaultServer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { clockedWorld } from './support/clocked-world.ts'
import { fault } from './support/fault.ts'
import { AUDIENCE, ISSUER, keySet, signed, signingKey } from './support/jwt-world.ts'
import { tokenAnswer } from './support/token-answers.ts'
import { until } from './support/until.ts'

const key = signingKey('k1')
/** Seconds: longer than keys are fresh, so that the second token needs them anew. */
const LIFETIME = 900
/** Milliseconds between two steps of the clock. */
const STEP = 100

const verification = (keys: string) => ({ JWTJwksUri: keys, JWTIssuer: ISSUER, JWTAudience: AUDIENCE })

fault('JWT-F4', 'where there are no keys at all the bridge answers 503, and nothing leaves', async (seen) => {
  await using keys = await startFaultServer()
  // Longer than a client is kept waiting for another attempt.
  keys.always(answer({ status: 503, headers: { 'retry-after': '120' } }))
  await using world = await bridgeWorld({ serverKeys: verification(`${keys.url}/jwks`) })
  const { status, body } = await ask(`${world.cloud}/studies`)
  expect([status, JSON.parse(body).error_code, world.origin.bytesReceived]).toEqual([503, 'AUTH-003', 0])
  // A token that cannot be verified would be lost.
  expect(world.endpoint.requests).toHaveLength(0)
  seen(`no keys: ${status} ${JSON.parse(body).error_code}, ${world.origin.bytesReceived} bytes to the server`)
})

fault('JWT-F4', 'a token that is verified by stale keys is used, and counted in the metrics', async (seen) => {
  await using keys = await startFaultServer()
  keys.always(keySet(key))
  const token = await signed(key, fakeClock(), { claims: { exp: 9_999_999_999 } })
  const tokens = tokenAnswer({ access_token: token, expires_in: LIFETIME })
  await using world = await clockedWorld({ tokens, serverKeys: verification(`${keys.url}/jwks`) })
  expect((await ask(`${world.cloud}/studies`)).status).toBe(200)
  keys.always(reset())
  while (world.manager.status.state === 'fresh') await world.clock.advance(STEP)
  await world.clock.advance(STEP)
  const counted = await until(async () => {
    const { body } = await ask(`${world.bridge.controlUrl}/metrics`, { headers: { authorization: undefined } })
    return /^dicomweb_oauth_jwks_stale_uses_total\{server="cloud"\} ([1-9]\d*)$/m.exec(body)?.[1]
  })
  const { status } = await ask(`${world.cloud}/studies`)
  expect([status, counted, world.endpoint.requests.length]).toEqual([200, '1', 2])
  seen(`stale keys: ${status}, ${world.endpoint.requests.length} tokens so far, counted ${counted} × in the metrics`)
})
