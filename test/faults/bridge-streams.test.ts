import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  answer,
  type Behaviour,
  fakeClock,
  resetInBody,
  startDicomWebOrigin,
  startFaultServer,
  startIssuer,
  truncate,
} from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { LOGIN } from './support/bridge-configuration.ts'
import { bridgeWorld } from './support/bridge-world.ts'
import { answerOf, ask, askRaw, begin, readAnswer } from './support/client.ts'
import { fault } from './support/fault.ts'
import { until } from './support/until.ts'

const KIB = 1024
const STUDY = Buffer.alloc(64 * KIB, 'x')
/** What the origin gets through before it fails. */
const SENT = 32 * KIB
const LAST_CHUNK = '0\r\n\r\n'

const BROKEN: Readonly<Record<string, Behaviour>> = {
  'reset, chunked': resetInBody({ body: STUDY, framing: 'chunked' }, SENT),
  'reset, with a length': resetInBody({ body: STUDY }, SENT),
  'cut short, chunked': truncate({ body: STUDY, framing: 'chunked' }, SENT),
  'cut short, with a length': truncate({ body: STUDY }, SENT),
}

for (const [how, behaviour] of Object.entries(BROKEN)) {
  fault('BRG-F11', `an answer ${how}, is no complete answer to the client`, async (seen) => {
    await using world = await bridgeWorld()
    world.origin.next(behaviour, behaviour)
    const got = await ask(`${world.cloud}/studies/1`)
    const raw = await askRaw(world.cloud, ['GET /cloud/studies/1 HTTP/1.1', 'Host: bridge', `Authorization: ${LOGIN}`])
    expect(got.status).toBe(200)
    expect(got.body.length).toBeLessThan(STUDY.length)
    expect(got.brokeOff).toBe('ECONNRESET')
    expect(raw.reset).toBe(true)
    expect(raw.text.endsWith(LAST_CHUNK)).toBe(false)
    seen(`${how}: ${got.body.length} of ${STUDY.length} bytes, then ${got.brokeOff}`)
  })
}

fault('BRG-F11', 'the same answer, complete, ends cleanly', async (seen) => {
  await using world = await bridgeWorld()
  world.origin.next(answer({ body: STUDY, framing: 'chunked' }))
  const got = await ask(`${world.cloud}/studies/1`)
  expect(got.brokeOff).toBeUndefined()
  expect(got.body.length).toBe(STUDY.length)
  seen(`complete: ${got.body.length} bytes, then a clean end`)
})

const MINUTE = 60_000
const MINUTES = 30

/**
 * Half an hour passes by the bridge's clock, in which bytes keep coming. What node:http measures itself, by a clock
 * that nobody can move, is read back from the server and the request that carried this upload.
 */
fault('BRG-F12', 'an upload of half an hour is cut by nothing: limits are of silence alone', async (seen) => {
  const clock = fakeClock()
  await using world = await bridgeWorld({ clock })
  const carriers = carriersOf(world.bridge.dataUrl, '/dicom-web/studies')
  const upload = begin(`${world.cloud}/studies`, { method: 'POST' })
  const answered = answerOf(upload)
  const hash = createHash('sha256')
  const before = clock.monotonic()
  for (let minute = 1; minute <= MINUTES; minute++) {
    const piece = `the piece of minute ${minute}`
    hash.update(piece)
    upload.write(piece)
    const expected = world.origin.requests[0]?.bodyBytes ?? 0
    await until(() => (world.origin.requests[0]?.bodyBytes ?? 0) > expected)
    await clock.advance(MINUTE)
  }
  upload.end()
  const got = await readAnswer(await answered)
  const { server, request } = carriers()
  const took = (clock.monotonic() - before) / MINUTE
  expect(got.status).toBe(200)
  expect(world.origin.requests[0]?.bodySha256).toBe(hash.digest('hex'))
  expect(server.requestTimeout).toBe(0)
  expect(server.timeout).toBeGreaterThan(MINUTE)
  expect(request.timeout).toBeGreaterThan(MINUTE)
  seen(
    `${got.status} after ${took} min by the bridge's clock; node's limits: whole request ${server.requestTimeout}, silence of the client ${(server.timeout / MINUTE).toFixed(1)} min, of the server ${((request.timeout ?? 0) / MINUTE).toFixed(1)} min`,
  )
})

/** The node:http objects that carry what happens from now on: node itself tells of them. */
function carriersOf(dataUrl: string, upstreamPath: string) {
  const servers: Server[] = []
  const requests: (ClientRequest & { timeout?: number })[] = []
  const onServer = (message: unknown) => servers.push((message as { server: Server }).server)
  const onRequest = (message: unknown) => requests.push((message as { request: ClientRequest }).request)
  subscribe('http.server.request.start', onServer)
  subscribe('http.client.request.start', onRequest)
  return () => {
    unsubscribe('http.server.request.start', onServer)
    unsubscribe('http.client.request.start', onRequest)
    const server = servers.find((candidate) => portOf(candidate) === Number(new URL(dataUrl).port))
    const request = requests.find(({ path }) => path === upstreamPath)
    if (server === undefined || request === undefined) throw new Error('node told of no such server or request')
    return { server, request }
  }
}

const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port

/** Seconds are all that oidc-provider can do; two of them are the shortest that the project promises to work with. */
const LIFETIME = 2_000

fault('BRG-F13', 'an upload goes on after the token that it began with has expired', async (seen) => {
  await using issuer = await startIssuer({ tokenLifetime: LIFETIME })
  await using store = await startFaultServer()
  await using server = await startDicomWebOrigin({ issuer, behind: { dicomWebUrl: `${store.url}/dicom-web/` } })
  await using wire = await startFaultServer({ target: server.origin })
  const { clientId, clientSecret, scope } = issuer.clients.client_secret_post
  await using world = await bridgeWorld({
    server: `${wire.url}/dicom-web`,
    tokenEndpoint: issuer.tokenEndpoint,
    serverKeys: { ClientId: clientId, ClientSecret: clientSecret, Scope: scope },
  })
  const upload = begin(`${world.cloud}/studies`, { method: 'POST' })
  const answered = answerOf(upload)
  upload.write('the first half, ')
  const [stored] = await store.seen(1)
  const [authorization] = wire.requests[0]?.values('authorization') ?? []
  const asked = await untilRefused(`${server.dicomWebUrl}studies`, authorization)
  upload.end('the second half')
  const got = await readAnswer(await answered)
  const next = await ask(`${world.cloud}/studies`)
  expect(server.tally.refused.expired).toBeGreaterThan(0)
  expect(got.status).toBe(200)
  expect(stored?.text()).toBe('the first half, the second half')
  expect(store.requests.filter(({ method }) => method === 'POST').length).toBe(1)
  expect(next.status).toBe(200)
  expect(wire.requests.at(-1)?.values('authorization')).not.toEqual([authorization])
  seen(
    `its token valid ${asked.accepted} times, then refused as expired; the upload: ${got.status}, ${stored?.bodyBytes} bytes in one request; the next, with another token: ${next.status}`,
  )
})

/** Asks the server itself with this Authorization until it answers 401. */
async function untilRefused(url: string, authorization: string | undefined): Promise<{ accepted: number }> {
  let accepted = 0
  await until(async () => {
    const { status } = await ask(url, { headers: { authorization } })
    if (status === 200) accepted += 1
    return status === 401
  })
  return { accepted }
}
