import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { type OrthancOAuthError, Secret, systemClock } from '@orthanc-oauth/core'
import {
  acquireRequest,
  type Certificates,
  certificateFor,
  certificates,
  fakeClock,
  leaks,
  refusingPort,
  startFaultServer,
  startInspectingProxy,
  startTinyproxy,
  type TemporaryFolder,
  temporaryFolder,
  tinyproxyAvailable,
} from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Egress } from './egress.ts'
import { CONNECT_LIMIT } from './limits.ts'
import { openIssuerConnection } from './open-issuer-connection.ts'

const PASSWORD = 'p4ss w:rd'

let pki: Certificates
let folder: TemporaryFolder
let caFile: string
let server: Server
let host: string
let endpoint: URL

beforeAll(async () => {
  pki = await certificates()
  folder = await temporaryFolder()
  caFile = join(folder.path, 'ca.pem')
  await writeFile(caFile, pki.ca.certificate)
  server = createServer({ key: pki.server.key, cert: pki.server.certificate }, (_request, response) => {
    response.end('{"keys":[]}')
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  // Leads to this machine, and is not loopback, which no proxy is used for.
  host = `0.0.0.0:${(server.address() as AddressInfo).port}`
  endpoint = new URL(`https://${host}/keys`)
  return async () => {
    server.close()
    await folder[Symbol.asyncDispose]()
  }
})

afterAll(() => vi.unstubAllEnvs())

async function exchange(egress: Egress, url = endpoint, more: Parameters<typeof acquireRequest>[0] = {}) {
  const connection = await openIssuerConnection({ caFile, ...egress }, acquireRequest(more))
  try {
    return await (await connection.exchange(url, { method: 'GET', headers: {} })).text()
  } finally {
    await connection.close()
  }
}

const failure = (egress: Egress, url?: URL, more?: Parameters<typeof acquireRequest>[0]): Promise<OrthancOAuthError> =>
  exchange(egress, url, more).then(
    () => expect.unreachable(),
    (error) => error,
  )

const through = (url: string, user?: string) =>
  new Secret(user === undefined ? url : url.replace('//', `//${user}:${encodeURIComponent(PASSWORD)}@`))

describe.skipIf(!tinyproxyAvailable())('a real tinyproxy', () => {
  test('NET-F10: the one that is configured carries the exchange', async () => {
    await using proxy = await startTinyproxy()
    expect(await exchange({ proxy: through(proxy.url) })).toBe('{"keys":[]}')
    expect(proxy.tunnels).toEqual([host])
  })

  test('NET-F10: HTTPS_PROXY names one, NO_PROXY exempts from it', async () => {
    await using proxy = await startTinyproxy()
    vi.stubEnv('HTTPS_PROXY', proxy.url)
    await exchange({})
    expect(proxy.tunnels).toEqual([host])
    vi.stubEnv('NO_PROXY', 'other.example,0.0.0.0')
    await exchange({})
    await exchange({ proxy: through(proxy.url) })
    expect(proxy.tunnels).toEqual([host])
    vi.unstubAllEnvs()
  })

  test('one that wants user and password gets them, and they show nowhere', async () => {
    const credentials = { user: 'orthanc', password: 'p4ssword' }
    await using proxy = await startTinyproxy({ credentials })
    const own = new Secret(proxy.url.replace('//', '//orthanc:p4ssword@'))
    expect(await exchange({ proxy: own })).toBe('{"keys":[]}')
    const error = await failure({ proxy: through(proxy.url, 'orthanc') })
    expect(error).toMatchObject({ code: 'NET-102', retryable: false, details: { status: 401, proxy: proxy.url } })
    expect(error.troubleshooting[0]).toMatch(/user and the password/)
    expect(leaks(error, [PASSWORD, credentials.password])).toEqual([])
  })

  test('plain http goes through it by CONNECT as well', async () => {
    await using proxy = await startTinyproxy()
    const plain = createHttpServer((_request, response) => response.end('plain')).listen(0, '0.0.0.0')
    await once(plain, 'listening')
    const { port } = plain.address() as AddressInfo
    expect(await exchange({ proxy: through(proxy.url) }, new URL(`http://0.0.0.0:${port}/`))).toBe('plain')
    expect(proxy.tunnels).toEqual([`0.0.0.0:${port}`])
    plain.close()
  })

  test('a host that it does not reach is its refusal, which may pass', async () => {
    await using proxy = await startTinyproxy()
    await using closed = await refusingPort()
    const error = await failure({ proxy: through(proxy.url) }, new URL(`https://0.0.0.0:${closed.port}/`))
    expect(error).toMatchObject({ code: 'NET-102', retryable: true, details: { status: 500 } })
  })
})

describe('a proxy that opens TLS', () => {
  test('NET-F10: with its CA in the bundle the exchange goes through it, and without is refused', async () => {
    const own = await certificates()
    await using proxy = await startInspectingProxy({ ca: own.ca, serverCa: pki.ca.certificate })
    const bundle = join(folder.path, 'inspection.pem')
    await writeFile(bundle, own.ca.certificate)
    expect(await exchange({ proxy: through(proxy.url), caFile: bundle })).toBe('{"keys":[]}')
    expect(proxy.tunnels).toEqual([host])
    expect(proxy.seen).toMatch(/^GET \/keys HTTP\/1\.1/)
    expect(await failure({ proxy: through(proxy.url) })).toMatchObject({ code: 'NET-003', retryable: false })
  })
})

describe('a proxy that is at fault', () => {
  test('is named, where nothing listens', async () => {
    await using closed = await startFaultServer()
    const { url } = closed
    await closed[Symbol.asyncDispose]()
    const error = await failure({ proxy: through(url, 'orthanc') })
    expect(error).toMatchObject({ code: 'NET-002', retryable: true, details: { endpoint: `the proxy ${url}` } })
    expect(leaks(error, [PASSWORD])).toEqual([])
  })

  test('is given up where it never answers', async () => {
    const clock = fakeClock()
    const silent = createHttpServer()
      .on('connect', () => undefined)
      .listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const asked = once(silent, 'connect')
    const failing = failure({ proxy: through(url) }, undefined, { clock })
    await asked
    await clock.advance(CONNECT_LIMIT)
    expect(await failing).toMatchObject({ code: 'NET-001', retryable: true, details: { limit: CONNECT_LIMIT } })
    expect(clock.pending).toBe(0)
    silent.closeAllConnections()
    silent.close()
  })

  test.each([
    ['hangs up', ''],
    ['speaks another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['answers half', 'HTTP/1.1 200'],
  ])('is named, where it %s', async (_what, words) => {
    const { createServer: createTcpServer } = await import('node:net')
    const rude = createTcpServer((socket) => socket.on('error', () => undefined).end(words)).listen(0, '127.0.0.1')
    await once(rude, 'listening')
    const url = `http://127.0.0.1:${(rude.address() as AddressInfo).port}`
    const error = await failure({ proxy: through(url) })
    expect(error.message).toContain(`the proxy ${url}`)
    rude.close()
  })

  test('an abort leaves no socket to it', async () => {
    const silent = createHttpServer()
      .on('connect', () => undefined)
      .listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const controller = new AbortController()
    const asked = once(silent, 'connect')
    const proxy = through(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`)
    const failing = failure({ proxy }, undefined, { signal: controller.signal })
    const [, socket] = await asked
    const gone = once(socket.resume(), 'end')
    controller.abort(new Error('disposed'))
    expect((await failing).message).toBe('disposed')
    await gone
    silent.close()
  })
})

test('an https proxy is verified as everything is, and does not get the client certificate', async () => {
  let shown: unknown
  const proxy = createServer({
    key: pki.server.key,
    cert: pki.server.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  })
  proxy.on('connect', (request, socket) => {
    shown = (request.socket as TLSSocket).getPeerX509Certificate()
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const certificateFile = join(folder.path, 'client.crt')
  const keyFile = join(folder.path, 'client.key')
  await writeFile(certificateFile, pki.client.certificate)
  await writeFile(keyFile, pki.client.key)
  const error = await failure({ proxy: through(url), identity: { certificateFile, keyFile } })
  expect(error).toMatchObject({ code: 'NET-102', retryable: false, details: { status: 403 } })
  expect(shown).toBeUndefined()
  expect(await failure({ proxy: through(url), caFile: undefined })).toMatchObject({
    code: 'NET-003',
    details: { endpoint: `the proxy ${url}` },
  })
  proxy.close()
})

test.skipIf(!tinyproxyAvailable())(
  'systemClock and a host by name: a certificate for another name is refused also through a proxy',
  async () => {
    const other = await certificateFor('other.example', pki.ca)
    const wrong = createServer({ key: other.key, cert: other.certificate }).listen(0, '0.0.0.0')
    await once(wrong, 'listening')
    await using proxy = await startTinyproxy()
    const url = new URL(`https://0.0.0.0:${(wrong.address() as AddressInfo).port}/`)
    expect(await failure({ proxy: through(proxy.url) }, url, { clock: systemClock })).toMatchObject({ code: 'NET-003' })
    wrong.close()
  },
)
