import { answer, type Behaviour, type SeenRequest } from '@orthanc-oauth/testing'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { tokenAnswer } from './support/token-answers.ts'
import { tokenWorld } from './support/token-world.ts'

/** Whoever gave in each time would get through in the end. */
const CHALLENGES = 5

const bound = tokenAnswer({ token_type: 'DPoP' })

/** RFC 9449, section 8. */
const issuerWants = (nonce: string): Behaviour =>
  answer({
    status: 400,
    headers: { 'content-type': 'application/json', 'dpop-nonce': nonce },
    body: '{"error":"use_dpop_nonce"}',
  })

/** RFC 9449, section 9. */
const serverWants = (nonce: string): Behaviour =>
  answer({ status: 401, headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': nonce } })

/** The nonce in the proof of each request. */
function noncesOf(requests: readonly SeenRequest[]): string[] {
  return requests.map((request) => String(decodeJwt(request.values('dpop')[0] ?? '').nonce ?? 'none'))
}

fault(
  'TOK-F19',
  'an issuer that wants a nonce gets it in one more request, and in the first from then on',
  async (seen) => {
    await using world = await tokenWorld({ provider: { dpop: true } })
    world.endpoint.next(issuerWants('n1'))
    world.endpoint.always(bound)
    await world.manager.getToken()
    await world.manager.refresh()
    const nonces = noncesOf(world.endpoint.requests)
    expect(nonces).toEqual(['none', 'n1', 'n1'])
    expect(world.delays).toEqual([])
    seen(`issuer: two tokens by ${world.calls} requests, nonces ${nonces.join(', ')}`)
  },
)

fault('TOK-F19', 'an issuer that asks again and again gets two requests', async (seen) => {
  await using world = await tokenWorld({ provider: { dpop: true } })
  world.endpoint.next(...Array.from({ length: CHALLENGES }, () => issuerWants('n1')))
  world.endpoint.always(bound)
  const error = await world.failure()
  const nonces = noncesOf(world.endpoint.requests)
  expect(error).toMatchObject({ code: 'TOK-001', retryable: false, details: { error: 'use_dpop_nonce' } })
  expect(nonces).toEqual(['none', 'n1'])
  seen(`issuer, again and again: ${error.code} after ${world.calls} requests`)
})

fault(
  'TOK-F19',
  'a server that wants a nonce gets it in one more request, and the issuer is not asked',
  async (seen) => {
    await using world = await bridgeWorld({ tokens: bound, serverKeys: { DPoP: true } })
    world.origin.next(serverWants('n1'))
    const { status } = await ask(`${world.cloud}/studies`)
    await ask(`${world.cloud}/studies`)
    const nonces = noncesOf(world.origin.requests)
    expect([status, nonces]).toEqual([200, ['none', 'n1', 'n1']])
    expect(world.endpoint.requests).toHaveLength(1)
    seen(`server: ${status}, nonces ${nonces.join(', ')} with ${world.endpoint.requests.length} token request`)
  },
)

fault('TOK-F19', 'a server that asks again and again gets two requests, and its 401 passes', async (seen) => {
  await using world = await bridgeWorld({ tokens: bound, serverKeys: { DPoP: true } })
  world.origin.next(...Array.from({ length: CHALLENGES }, () => serverWants('n1')))
  const { status } = await ask(`${world.cloud}/studies`)
  expect([status, noncesOf(world.origin.requests)]).toEqual([401, ['none', 'n1']])
  expect(world.endpoint.requests).toHaveLength(1)
  seen(`server, again and again: ${status} after ${world.origin.requests.length} requests`)
})
