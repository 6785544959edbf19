import { createHash, randomBytes } from 'node:crypto'
import { answer, fakeClock, startFaultServer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { type BridgeWorld, type BridgeWorldOptions, bridgeWorld, TOKEN } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { numberedTokens } from './support/token-answers.ts'

const MINUTE = 60_000

const unauthorized = answer({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })

/** The tokens that a DICOMweb server saw, in their order. */
function tokensAt({ requests }: Pick<BridgeWorld['origin'], 'requests'>): string[] {
  return requests.map((request) => request.values('authorization').join().replace('Bearer ', ''))
}

fault('TOK-F17', 'a refused token is replaced once, and the request is made again with the new one', async (seen) => {
  await using world = await bridgeWorld({ tokens: numberedTokens('token') })
  const { cloud, endpoint, origin } = world
  origin.next(unauthorized)
  const body = randomBytes(64 * 1024).toString('base64')
  const { status } = await ask(`${cloud}/studies`, { method: 'POST', body })
  const sent = createHash('sha256').update(body).digest('hex')
  const [, replayed] = await origin.seen(2)
  await replayed?.ended
  expect(status).toBe(200)
  expect(tokensAt(origin)).toEqual(['token-1', 'token-2'])
  expect(replayed?.bodySha256).toBe(sent)
  expect(endpoint.requests).toHaveLength(2)
  seen(
    `${tokensAt(origin).join(', then ')}, the body the same both times: ${status}; ${endpoint.requests.length} acquisitions`,
  )
})

fault('TOK-F17', 'a second 401 passes through', async (seen) => {
  await using world = await bridgeWorld({ tokens: numberedTokens('token') })
  const { cloud, endpoint, origin } = world
  origin.always(unauthorized)
  const { status, headers } = await ask(`${cloud}/studies`)
  expect(status).toBe(401)
  expect(headers['www-authenticate']).toContain('invalid_token')
  expect(tokensAt(origin)).toEqual(['token-1', 'token-2'])
  expect(endpoint.requests).toHaveLength(2)
  seen(
    `${tokensAt(origin).join(', then ')}: ${status}, ${origin.requests.length} requests, ${endpoint.requests.length} acquisitions`,
  )
})

const BEYOND_REPLAY = 2 ** 20 + 64 * 1024

fault('TOK-F17', 'a body beyond 1 MiB is not sent again, but the next request has a new token', async (seen) => {
  await using world = await bridgeWorld({ tokens: numberedTokens('token') })
  const { cloud, endpoint, origin } = world
  origin.next(unauthorized)
  const { status } = await ask(`${cloud}/studies`, { method: 'POST', body: 'x'.repeat(BEYOND_REPLAY) })
  await endpoint.seen(2)
  const { status: next } = await ask(`${cloud}/studies`)
  expect([status, next]).toEqual([401, 200])
  expect(tokensAt(origin)).toEqual(['token-1', 'token-2'])
  seen(
    `${BEYOND_REPLAY} bytes: ${status} after ${origin.requests.length - 1} request; the next: ${next} with ${tokensAt(origin)[1]}`,
  )
})

const CROWD = 30

fault('TOK-F17', 'many requests whose token is refused at once make one acquisition', async (seen) => {
  await using world = await bridgeWorld({ tokens: numberedTokens('token') })
  const { cloud, endpoint, origin } = world
  origin.always(async (exchange) => {
    const refused = exchange.request.values('authorization').includes('Bearer token-1')
    await (refused ? unauthorized : answer())(exchange)
  })
  const statuses = await Promise.all(Array.from({ length: CROWD }, async () => (await ask(`${cloud}/studies`)).status))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(endpoint.requests).toHaveLength(2)
  seen(
    `${CROWD} requests at once, the first token refused: all ${[...new Set(statuses)].join()}, ${endpoint.requests.length - 1} further acquisition`,
  )
})

const REQUESTS = 20

/** Two servers of one tenant share one token. By a clock that stands still. */
async function twoServers(options: BridgeWorldOptions = {}) {
  const other = await startFaultServer()
  const clock = fakeClock()
  const world = await bridgeWorld({ ...options, clock, servers: { other: { Url: `${other.url}/dicom-web` } } })
  return {
    ...world,
    other,
    clock,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await other[Symbol.asyncDispose]()
    },
  }
}

fault(
  'TOK-F22',
  'an issuer that repeats the refused token is asked once a minute, and nobody else notices',
  async (seen) => {
    await using world = await twoServers()
    const { cloud, endpoint, origin, other, clock, bridge } = world
    origin.always(unauthorized)
    const statuses = new Set<number>()
    for (let request = 0; request < REQUESTS; request++) statuses.add((await ask(`${cloud}/studies`)).status)
    const acquisitions = endpoint.requests.length
    const { status: elsewhere } = await ask(`${bridge.dataUrl}/other/studies`)
    expect([...statuses]).toEqual([401])
    expect(acquisitions).toBe(2)
    expect(new Set(tokensAt(origin))).toEqual(new Set([TOKEN]))
    expect([elsewhere, tokensAt(other)]).toEqual([200, [TOKEN]])
    seen(
      `the same token again: ${REQUESTS} × ${[...statuses].join()}, ${acquisitions - 1} forced acquisition; the other server: ${elsewhere}`,
    )

    await clock.advance(MINUTE - 1)
    await ask(`${cloud}/studies`)
    const withinMinute = endpoint.requests.length - acquisitions
    await clock.advance(1)
    await ask(`${cloud}/studies`)
    await endpoint.seen(acquisitions + 1)
    expect(withinMinute).toBe(0)
    seen(`${withinMinute} more within 60 s, ${endpoint.requests.length - acquisitions} after`)
  },
)

fault(
  'TOK-F22',
  'a new token that is refused too stays in use, and the status says whose fault it is',
  async (seen) => {
    await using world = await twoServers({ tokens: numberedTokens('token') })
    const { cloud, endpoint, origin, other, bridge } = world
    origin.always(unauthorized)
    const statuses = new Set<number>()
    for (let request = 0; request < REQUESTS; request++) statuses.add((await ask(`${cloud}/studies`)).status)
    const { status: elsewhere } = await ask(`${bridge.dataUrl}/other/studies`)
    const { data } = (await (await fetch(`${bridge.controlUrl}/dicomweb-oauth/servers`)).json()) as { data: Servers }
    const [refusing, accepting] = data.servers
    expect([...statuses]).toEqual([401])
    expect(endpoint.requests).toHaveLength(2)
    expect(new Set(tokensAt(origin).slice(1))).toEqual(new Set(['token-2']))
    expect([elsewhere, tokensAt(other)]).toEqual([200, ['token-2']])
    expect(refusing).toMatchObject({ name: 'cloud', token_valid: true, refused_by_server: { error_code: 'TOK-006' } })
    expect(accepting).toMatchObject({ name: 'other', token_valid: true, refused_by_server: null })
    seen(
      `another token: ${REQUESTS} × ${[...statuses].join()}, ${endpoint.requests.length - 1} forced acquisition; the other server: ${elsewhere} with ${tokensAt(other).join()}; status: ${refusing?.refused_by_server?.error_code} of the one, ${accepting?.refused_by_server} of the other`,
    )
  },
)

interface Servers {
  readonly servers: readonly {
    readonly name: string
    readonly refused_by_server: { readonly error_code: string } | null
  }[]
}
