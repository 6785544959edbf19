import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { Secret } from '@orthanc-oauth/core'
import {
  type Certificates,
  certificates,
  fakeClock,
  startInspectingProxy,
  startTinyproxy,
  type TemporaryFolder,
  temporaryFolder,
  tinyproxyAvailable,
} from '@orthanc-oauth/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { get, startProxy } from './proxy.fixture.ts'

const MIB = 2 ** 20
/** Milliseconds, longer than the pause between two looks at the files. */
const LATER = 2_000

let pki: Certificates
let folder: TemporaryFolder
let caFile: string
/** What each request showed. */
let shown: (string | undefined)[]
let received: number
let connections: number
let origin: { readonly url: string; readonly proxied: string; close(): void }

beforeEach(async () => {
  pki = await certificates()
  folder = await temporaryFolder()
  caFile = await written('ca.pem', pki.ca.certificate)
  shown = []
  received = 0
  connections = 0
  const server = createServer(
    { key: pki.server.key, cert: pki.server.certificate, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      shown.push((request.socket as TLSSocket).getPeerX509Certificate()?.toString().trim())
      request.on('data', (chunk) => {
        received += chunk.length
      })
      request.on('end', () => response.end('stored'))
    },
  )
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  origin = {
    url: `https://127.0.0.1:${port}`,
    proxied: `https://0.0.0.0:${port}`, // this machine too, and not loopback, which no proxy is used for
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
})

afterEach(async () => {
  origin.close()
  await folder[Symbol.asyncDispose]()
})

async function written(name: string, text: string): Promise<string> {
  const file = join(folder.path, name)
  await writeFile(file, text)
  return file
}

async function identityOf({ key, certificate }: Certificates['client']) {
  return { certificateFile: await written('client.crt', certificate), keyFile: await written('client.key', key) }
}

const query = async (proxy: { readonly url: string }) => {
  const { status, body } = await get(`${proxy.url}/pacs/studies`)
  return [status, status === 200 ? body.toString() : JSON.parse(body.toString()).error_code]
}

describe('the client certificate', () => {
  test('NET-F8: a rotated one is shown by the next new connection, and connections with the old one are not reused', async () => {
    const clock = fakeClock()
    clock.jump(Date.now() - clock.now())
    const identity = await identityOf(pki.client)
    await using proxy = await startProxy(origin.url, { egress: { caFile, identity }, clock })
    await query(proxy)
    await query(proxy)
    expect(connections).toBe(1)
    await identityOf(pki.server)
    await clock.advance(LATER)
    await query(proxy)
    expect(connections).toBe(2)
    expect(shown).toEqual([pki.client, pki.client, pki.server].map(({ certificate }) => certificate.trim()))
  })

  test('NET-F8: half of a rotation changes nothing', async () => {
    const clock = fakeClock()
    clock.jump(Date.now() - clock.now())
    const identity = await identityOf(pki.client)
    await using proxy = await startProxy(origin.url, { egress: { caFile, identity }, clock })
    await written('client.crt', pki.server.certificate)
    await clock.advance(LATER)
    expect(await query(proxy)).toEqual([200, 'stored'])
    await written('client.key', pki.server.key)
    await clock.advance(LATER)
    await query(proxy)
    expect(shown).toEqual([pki.client, pki.server].map(({ certificate }) => certificate.trim()))
  })

  test('NET-F8: one that has expired is an error before anything connects', async () => {
    const clock = fakeClock()
    clock.jump(Date.now() - clock.now())
    await using proxy = await startProxy(origin.url, {
      egress: { caFile, identity: await identityOf(pki.client) },
      clock,
    })
    clock.jump(2 * 24 * 60 * 60 * 1_000)
    expect(await query(proxy)).toEqual([502, 'CFG-002'])
    expect(proxy.failures.at(-1)?.message).toMatch(/expired/)
    expect(connections).toBe(0)
  })

  test('a renewed CA bundle counts for the next connection', async () => {
    const other = await certificates()
    const clock = fakeClock()
    const bundle = await written('bundle.pem', other.ca.certificate)
    await using proxy = await startProxy(origin.url, { egress: { caFile: bundle }, clock })
    expect(await query(proxy)).toEqual([502, 'NET-003'])
    await written('bundle.pem', pki.ca.certificate)
    await clock.advance(LATER)
    expect(await query(proxy)).toEqual([200, 'stored'])
  })
})

describe.skipIf(!tinyproxyAvailable())('NET-F10: through a real tinyproxy', () => {
  test('a large upload arrives whole, and queries share a connection', async () => {
    await using tinyproxy = await startTinyproxy()
    await using proxy = await startProxy(origin.proxied, { egress: { caFile, proxy: new Secret(tinyproxy.url) } })
    const { status } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, Buffer.alloc(20 * MIB, 1))
    expect([status, received]).toEqual([200, 20 * MIB])
    await query(proxy)
    await query(proxy)
    expect(tinyproxy.tunnels).toEqual([1, 2].map(() => new URL(origin.proxied).host))
    expect(connections).toBe(2)
  })

  test('one that refuses is 502 with its own code, and its password shows nowhere', async () => {
    await using tinyproxy = await startTinyproxy({ credentials: { user: 'orthanc', password: 'right' } })
    const wrong = new Secret(tinyproxy.url.replace('//', '//orthanc:wr0ng-p4ssword@'))
    await using proxy = await startProxy(origin.proxied, { egress: { caFile, proxy: wrong } })
    const { status, body } = await get(`${proxy.url}/pacs/studies`)
    expect([status, JSON.parse(body.toString()).error_code]).toEqual([502, 'NET-102'])
    expect(body.toString()).not.toContain('wr0ng')
    expect(connections).toBe(0)
  })
})

test('NET-F10: through a proxy that opens TLS, with its CA in the bundle; and without, nothing is sent', async () => {
  const own = await certificates()
  await using inspecting = await startInspectingProxy({ ca: own.ca, serverCa: pki.ca.certificate })
  const bundle = await written('inspection.pem', own.ca.certificate)
  const egress = { proxy: new Secret(inspecting.url) }
  await using proxy = await startProxy(origin.proxied, { egress: { ...egress, caFile: bundle } })
  expect(await query(proxy)).toEqual([200, 'stored'])
  expect(inspecting.seen).toMatch(/^GET \/studies HTTP\/1\.1/)
  const read = inspecting.seen.length
  await using distrustful = await startProxy(origin.proxied, { egress: { ...egress, caFile } })
  expect(await query(distrustful)).toEqual([502, 'NET-003'])
  expect(inspecting.seen.length).toBe(read)
})
