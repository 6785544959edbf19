import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OrthancOAuthError, systemClock } from '@orthanc-oauth/core'
import { type GenericProviderOptions, genericProvider } from '@orthanc-oauth/provider-generic'
import {
  acquireRequest,
  type Behaviour,
  blackHole,
  type Certificates,
  certificates,
  drip,
  type FakeClock,
  failureOf,
  fakeClock,
  garbage,
  garbageConnection,
  hang,
  hangConnection,
  type KeyAndCertificate,
  refusingPort,
  reset,
  resetConnection,
  resetInBody,
  resetInHead,
  answer as respond,
  startFaultServer,
  startIssuer,
  type TemporaryFolder,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { ANSWER_LIMIT, CONNECT_LIMIT, TOTAL_LIMIT } from './limits.ts'

const tokenAnswer = {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ access_token: 'token-of-nobody', token_type: 'Bearer', expires_in: 60 }),
}

const providerAt = (tokenEndpoint: string, more: Partial<GenericProviderOptions> = {}) =>
  genericProvider({ tokenEndpoint, clientId: 'orthanc', clientAuthentication: 'none', ...more })

describe('limits of time', () => {
  /** Timers of an exchange that is under way: for the head, for all of it; one more while it connects. */
  const set = (clock: FakeClock, timers: number) => vi.waitFor(() => expect(clock.pending).toBe(timers))

  /** Runs until just before `limit`, then past it. @returns the error, which was not there before */
  async function failsAt(limit: number, clock: FakeClock, failing: Promise<OrthancOAuthError>) {
    const ended = vi.fn()
    void failing.then(ended)
    await clock.advance(limit - 1)
    expect(ended).not.toHaveBeenCalled()
    await clock.advance(1)
    return failing
  }

  test('NET-F2: a connection that is never made is given up after 5 s', async () => {
    await using hole = await blackHole()
    const clock = fakeClock()
    const endpoint = `http://127.0.0.1:${hole.port}/token`
    const failing = failureOf(providerAt(endpoint), { clock })
    await set(clock, 3)
    const error = await failsAt(CONNECT_LIMIT, clock, failing)
    expect(error).toMatchObject({ code: 'NET-001', retryable: true, details: { limit: 5_000, endpoint } })
    expect(clock.pending).toBe(0)
  })

  test('NET-F2: a TLS handshake that is never answered is given up after 5 s', async () => {
    await using server = await startFaultServer()
    server.nextConnections(hangConnection)
    const clock = fakeClock()
    const failing = failureOf(providerAt(`https://127.0.0.1:${server.port}/token`), { clock })
    await vi.waitFor(() => expect(server.connections).toBe(1))
    const error = await failsAt(CONNECT_LIMIT, clock, failing)
    expect(error).toMatchObject({ code: 'NET-001', retryable: true, details: { limit: 5_000 } })
  })

  test('NET-F3: an issuer that accepts and never answers is given up after 10 s', async () => {
    await using server = await startFaultServer()
    server.always(hang())
    const clock = fakeClock()
    const failing = failureOf(providerAt(server.url), { clock })
    const [request] = await server.seen(1)
    await set(clock, 2)
    const error = await failsAt(ANSWER_LIMIT, clock, failing)
    expect(error).toMatchObject({ code: 'NET-001', retryable: true, details: { limit: 10_000 } })
    await request?.closed
  })

  test('NET-F4: a body that drips is given up after 30 s in all', async () => {
    await using server = await startFaultServer()
    server.always(drip({ ...tokenAnswer, body: ' '.repeat(1_000_000) }, { bytes: 1, interval: 20 }))
    const clock = fakeClock()
    const failing = failureOf(providerAt(server.url), { clock })
    await server.seen(1)
    await set(clock, 1)
    const error = await failsAt(TOTAL_LIMIT, clock, failing)
    expect(error).toMatchObject({ code: 'NET-001', retryable: true, details: { limit: 30_000 } })
    expect(clock.pending).toBe(0)
  })

  test('nothing is left of an acquisition that succeeded: no timer, no connection', async () => {
    await using server = await startFaultServer()
    server.always(respond(tokenAnswer))
    const clock = fakeClock()
    await providerAt(server.url).acquire(acquireRequest({ clock }))
    expect(clock.pending).toBe(0)
    await server.requests[0]?.closed
  })

  test('an abort while connecting leaves no timer and no socket', async () => {
    await using hole = await blackHole()
    const clock = fakeClock()
    const controller = new AbortController()
    const acquiring = providerAt(`http://127.0.0.1:${hole.port}/`).acquire({ clock, signal: controller.signal })
    await set(clock, 3)
    const reason = new Error('disposed')
    controller.abort(reason)
    await expect(acquiring).rejects.toBe(reason)
    expect(clock.pending).toBe(0)
    expect(process.getActiveResourcesInfo()).not.toContain('TCPConnectWrap')
  })
})

describe('failures of the network', () => {
  test('NET-F1: a name that nobody knows may be asked for again', async () => {
    expect(await failureOf(providerAt('https://issuer.invalid/token'))).toMatchObject({
      code: 'NET-002',
      retryable: true,
    })
  })

  test('NET-F1: a refused connection may be tried again', async () => {
    await using refusing = await refusingPort()
    const error = await failureOf(providerAt(`http://127.0.0.1:${refusing.port}/token`))
    expect(error).toMatchObject({ code: 'NET-002', retryable: true, details: { code: 'ECONNREFUSED' } })
  })

  test.each<[string, Behaviour]>([
    ['before the answer', reset()],
    ['in its head', resetInHead(tokenAnswer)],
    ['in its body', resetInBody(tokenAnswer, 20)],
    ['in a chunked body', resetInBody({ ...tokenAnswer, framing: 'chunked' }, 20)],
  ])('NET-F5: a reset %s may be tried again, and the next attempt succeeds', async (_where, behaviour) => {
    await using server = await startFaultServer()
    server.next(behaviour)
    server.always(respond(tokenAnswer))
    const provider = providerAt(server.url)
    expect(await failureOf(provider)).toMatchObject({ code: 'NET-002', retryable: true })
    await provider.acquire(acquireRequest())
    expect(server.requests).toHaveLength(2)
  })

  test('a connection that is reset at once may be tried again', async () => {
    await using server = await startFaultServer()
    server.nextConnections(resetConnection)
    expect(await failureOf(providerAt(server.url))).toMatchObject({ code: 'NET-002', retryable: true })
  })

  test.each<[string, Behaviour]>([
    ['is not HTTP', garbage()],
    ['has a head of 64 KiB', respond({ ...tokenAnswer, headers: { 'x-large': 'x'.repeat(64 * 1024) } })],
    ['does not unpack', respond({ ...tokenAnswer, headers: { 'content-encoding': 'gzip' } })],
    ['is an upgrade that nobody asked for', respond({ ...tokenAnswer, status: 101 })],
  ])('an answer that %s fails, for good', async (_what, behaviour) => {
    await using server = await startFaultServer()
    server.always(behaviour)
    expect(await failureOf(providerAt(server.url))).toMatchObject({ code: 'TOK-005', retryable: false })
  })
})

test('a status beyond 599 is taken for a 5xx', async () => {
  await using server = await startFaultServer()
  server.always(respond({ ...tokenAnswer, status: 999 }))
  expect(await failureOf(providerAt(server.url))).toMatchObject({ code: 'AUTH-003', retryable: true })
})

describe('TLS', () => {
  let made: Certificates
  let folder: TemporaryFolder
  let caFile: string

  beforeAll(async () => {
    made = await certificates()
    folder = await temporaryFolder()
    caFile = join(folder.path, 'ca.pem')
    await writeFile(caFile, made.ca.certificate)
  })

  afterAll(async () => {
    await folder[Symbol.asyncDispose]()
  })

  async function refusedAt(tls: KeyAndCertificate, options: Partial<GenericProviderOptions>) {
    await using server = await startFaultServer({ tls })
    server.always(respond(tokenAnswer))
    const error = await failureOf(providerAt(server.url, options))
    expect(server.bytesReceived).toBe(0)
    return error
  }

  test.each([
    ['expired', 'has expired'],
    ['selfSigned', 'is self-signed'],
    ['wrongHost', 'is for another host'],
  ] as const)('NET-F6: the certificate %s fails, for good, saying that it %s; nothing is sent', async (name, says) => {
    const error = await refusedAt(made[name], { caFile })
    expect(error).toMatchObject({ code: 'NET-003', retryable: false })
    expect(error.message).toContain(says)
  })

  test('NET-F6: an unknown CA fails, for good; nothing is sent', async () => {
    const error = await refusedAt(made.server, {})
    expect(error).toMatchObject({ code: 'NET-003', retryable: false })
    expect(error.message).toContain('is signed by a CA that is not trusted here')
  })

  test('NET-F6: what does not speak TLS is not spoken to in clear', async () => {
    await using server = await startFaultServer()
    server.nextConnections(garbageConnection)
    const error = await failureOf(providerAt(`https://127.0.0.1:${server.port}/token`))
    expect(error).toMatchObject({ code: 'NET-003', retryable: false })
    expect([server.connections, server.bytesReceived]).toEqual([1, 0])
  })

  test('NET-F7: with its CA bundle an issuer is trusted, for discovery and token request', async () => {
    await using issuer = await startIssuer({ tls: made.server })
    const options = { issuer: issuer.issuer, clientId: 'orthanc-none', clientAuthentication: 'none', caFile } as const
    await genericProvider(options).acquire(acquireRequest())
    expect(issuer.requests.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration', '/token'])
  })

  test('NET-F6, NET-F7: a host is checked by its name, where the address has one', async () => {
    await using good = await startFaultServer({ tls: made.server })
    await using bad = await startFaultServer({ tls: made.wrongHost })
    good.always(respond(tokenAnswer))
    await providerAt(`https://localhost:${good.port}/token`, { caFile }).acquire(acquireRequest())
    const error = await failureOf(providerAt(`https://localhost:${bad.port}/token`, { caFile }))
    expect(error).toMatchObject({ code: 'NET-003', retryable: false })
    expect(bad.bytesReceived).toBe(0)
  })

  test('NET-F7: a renewed CA bundle counts without a restart', async () => {
    await using server = await startFaultServer({ tls: made.server })
    server.always(respond(tokenAnswer))
    const renewed = join(folder.path, 'renewed.pem')
    await writeFile(renewed, made.selfSigned.certificate)
    const provider = providerAt(server.url, { caFile: renewed })
    expect(await failureOf(provider)).toMatchObject({ code: 'NET-003' })
    await writeFile(renewed, [made.selfSigned, made.ca].map(({ certificate }) => certificate).join('\n'))
    await provider.acquire(acquireRequest())
  })

  test('verifyTls: false takes any certificate', async () => {
    await using server = await startFaultServer({ tls: made.expired })
    server.always(respond(tokenAnswer))
    await providerAt(server.url, { verifyTls: false }).acquire(acquireRequest())
  })

  test.each([
    ['that is not there', undefined, 'CFG-102'],
    ['without a certificate', 'nothing of the kind', 'CFG-002'],
  ] as const)('a CA bundle %s is named, and nothing is sent', async (_what, content, code) => {
    const file = join(folder.path, `bundle-${code}.pem`)
    if (content !== undefined) await writeFile(file, content)
    const error = await refusedAt(made.server, { caFile: file })
    expect(error).toMatchObject({ code, retryable: false, details: { option: 'caFile', file } })
  })
})

test('a limit of the injected clock is none of the real one', async () => {
  await using server = await startFaultServer()
  server.always(respond(tokenAnswer))
  const token = await providerAt(server.url).acquire(acquireRequest({ clock: { ...systemClock, now: () => 7 } }))
  expect(token.sent.wall).toBe(7)
})
