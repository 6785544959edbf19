import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  type Certificates,
  certificates,
  startInspectingProxy,
  startTinyproxy,
  type TemporaryFolder,
  temporaryFolder,
  tinyproxyAvailable,
} from '@orthanc-oauth/testing'
import { exportJWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { startBridge } from '../started-bridge.fixture.ts'

let pki: Certificates
let folder: TemporaryFolder

beforeAll(async () => {
  pki = await certificates()
  folder = await temporaryFolder()
  return () => folder[Symbol.asyncDispose]()
})

async function written(name: string, text: string): Promise<string> {
  const file = join(folder.path, name)
  await writeFile(file, text, { mode: 0o600 })
  return file
}

/** Issuer, its metadata, its keys and a DICOMweb server, each at a port of its own, none of them loopback by name. */
async function internet() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const hosts: string[] = []
  let connections = 0
  const start = async (answer: () => Promise<unknown>) => {
    const server = createServer({ key: pki.server.key, cert: pki.server.certificate }, async (_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer()))
    })
    server.on('connection', () => {
      connections += 1
    })
    server.listen(0, '0.0.0.0')
    await once(server, 'listening')
    const host = `0.0.0.0:${(server.address() as AddressInfo).port}`
    hosts.push(host)
    return { url: `https://${host}`, server }
  }
  const keys = await start(async () => ({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] }))
  const token = await start(async () => ({
    access_token: await new SignJWT({ exp: Math.floor(Date.now() / 1_000) + 300 })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .sign(privateKey),
    token_type: 'Bearer',
    expires_in: 300,
  }))
  const metadata: { url: string; server: typeof keys.server } = await start(async () => ({
    issuer: metadata.url,
    token_endpoint: `${token.url}/token`,
  }))
  const pacs = await start(async () => [])
  return {
    hosts,
    server: { Url: pacs.url, Issuer: metadata.url, JWTJwksUri: keys.url, ClientId: 'a', ClientSecret: 'b' },
    connections: () => connections,
    [Symbol.dispose]() {
      for (const { server } of [keys, token, metadata, pacs]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

describe('NET-F10: the token endpoint, discovery, the key set and the data path', () => {
  describe.skipIf(!tinyproxyAvailable())('through a real tinyproxy', () => {
    test('that HttpProxy names', async () => {
      using far = await internet()
      await using proxy = await startTinyproxy({ credentials: { user: 'orthanc', password: 'p4ssword' } })
      const HttpProxy = proxy.url.replace('//', '//orthanc:p4ssword@')
      const VerifySSL = await written('ca.pem', pki.ca.certificate)
      await using bridge = await startBridge({ pacs: { ...far.server, HttpProxy, VerifySSL } })
      expect((await bridge.get('/pacs/studies')).status).toBe(200)
      expect(new Set(proxy.tunnels)).toEqual(new Set(far.hosts))
      expect(far.connections()).toBe(proxy.tunnels.length)
      expect(JSON.stringify(bridge.log.lines)).not.toContain('p4ssword')
    })

    test('that HTTPS_PROXY names, and not where NO_PROXY exempts', async () => {
      using far = await internet()
      await using proxy = await startTinyproxy()
      vi.stubEnv('HTTPS_PROXY', proxy.url)
      const VerifySSL = await written('ca.pem', pki.ca.certificate)
      await using bridge = await startBridge({ pacs: { ...far.server, VerifySSL } })
      expect((await bridge.get('/pacs/studies')).status).toBe(200)
      expect(new Set(proxy.tunnels)).toEqual(new Set(far.hosts))
      const carried = proxy.tunnels.length
      vi.stubEnv('NO_PROXY', '0.0.0.0')
      await using exempt = await startBridge({ pacs: { ...far.server, VerifySSL } })
      expect((await exempt.get('/pacs/studies')).status).toBe(200)
      expect(proxy.tunnels).toHaveLength(carried)
      vi.unstubAllEnvs()
    })
  })

  test('through a proxy that opens TLS and has its own CA', async () => {
    using far = await internet()
    const own = await certificates()
    await using proxy = await startInspectingProxy({ ca: own.ca, serverCa: pki.ca.certificate })
    const VerifySSL = await written('inspection.pem', own.ca.certificate)
    await using bridge = await startBridge({ pacs: { ...far.server, HttpProxy: proxy.url, VerifySSL } })
    expect((await bridge.get('/pacs/studies')).status).toBe(200)
    expect(new Set(proxy.tunnels)).toEqual(new Set(far.hosts))
    expect(proxy.seen).toContain('GET /studies HTTP/1.1')
    expect(proxy.seen).toContain('POST /token HTTP/1.1')
  })
})

test('a proxy that is none is an error at the start that names HttpProxy and shows nothing of it', async () => {
  const server = {
    Url: 'https://pacs.example',
    TokenEndpoint: 'https://issuer.example',
    ClientId: 'a',
    ClientSecret: 'b',
  }
  const HttpProxy = 'socks5://user:p4ssword@proxy.example'
  const error = await startBridge({ pacs: { ...server, HttpProxy } }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    errors: [{ code: 'CFG-002', details: { path: 'DicomWebOAuth.Servers.pacs.HttpProxy' } }],
  })
  expect(String(error)).not.toContain('p4ssword')
})
