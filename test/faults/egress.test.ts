import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@orthanc-oauth/core'
import {
  type Certificates,
  certificates,
  type FaultServer,
  json,
  startFaultServer,
  startInspectingProxy,
  startTinyproxy,
  type TemporaryFolder,
  temporaryFolder,
  tinyproxyAvailable,
} from '@orthanc-oauth/testing'
import { afterEach, beforeEach, expect, type TestContext, vi } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { keySet, signed, signingKey } from './support/jwt-world.ts'
import { tokenAnswer } from './support/token-answers.ts'

const key = signingKey('k1')

let folder: TemporaryFolder
let pki: Certificates
let internet: Internet

beforeEach(async () => {
  folder = await temporaryFolder()
  pki = await certificates()
  internet = await startInternet()
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await internet[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** A bundle that trusts this CA alone. */
async function bundle({ certificate }: Certificates['ca']): Promise<string> {
  const file = join(folder.path, 'bundle.pem')
  await writeFile(file, certificate)
  return file
}

interface Internet extends AsyncDisposable {
  /** host:port of each server. */
  readonly hosts: ReadonlySet<string>
  readonly pacs: FaultServer
  readonly serverKeys: Readonly<Record<string, unknown>>
  readonly server: string
  /** Connections to all of them. */
  readonly connections: () => number
}

/** Issuer, its metadata, its keys and a DICOMweb server, at addresses that lead here and are not loopback by name. */
async function startInternet(): Promise<Internet> {
  const start = () => startFaultServer({ tls: pki.server })
  const [metadata, token, keys, pacs] = [await start(), await start(), await start(), await start()]
  const hostOf = ({ port }: FaultServer) => `0.0.0.0:${port}`
  const urlOf = (server: FaultServer) => `https://${hostOf(server)}`
  const all = [metadata, token, keys, pacs]
  metadata.always(json({ issuer: urlOf(metadata), token_endpoint: `${urlOf(token)}/token` }))
  token.always(tokenAnswer({ access_token: await signed(key, systemClock) }))
  keys.always(keySet(key))
  pacs.always(json([]))
  return {
    hosts: new Set(all.map(hostOf)),
    pacs,
    server: `${urlOf(pacs)}/dicom-web`,
    serverKeys: { TokenEndpoint: undefined, Issuer: urlOf(metadata), JWTJwksUri: `${urlOf(keys)}/jwks` },
    connections: () => all.reduce((sum, { connections }) => sum + connections, 0),
    async [Symbol.asyncDispose]() {
      for (const server of all) await server[Symbol.asyncDispose]()
    },
  }
}

/** One query by a bridge, and what its answer says. */
async function query(more: Readonly<Record<string, unknown>>): Promise<string> {
  const { server, serverKeys } = internet
  await using world = await bridgeWorld({ server, serverKeys: { ...serverKeys, ...more } })
  const { status, body } = await ask(`${world.cloud}/studies`)
  return status === 200 ? '200' : `${status} ${JSON.parse(body).error_code}`
}

const needsTinyproxy = (context: TestContext) => context.skip(!tinyproxyAvailable(), 'tinyproxy is missing')

fault(
  'NET-F10',
  'HttpProxy carries discovery, token, keys and data, through a real tinyproxy',
  async (seen, context) => {
    needsTinyproxy(context)
    await using proxy = await startTinyproxy({ credentials: { user: 'orthanc', password: 'p4ssword' } })
    const HttpProxy = proxy.url.replace('//', '//orthanc:p4ssword@')
    const outcome = await query({ HttpProxy, VerifySSL: await bundle(pki.ca) })
    expect([outcome, new Set(proxy.tunnels)]).toEqual(['200', internet.hosts])
    // None of them was reached in another way.
    expect(internet.connections()).toBe(proxy.tunnels.length)
    seen(`HttpProxy: ${outcome}, ${proxy.tunnels.length} tunnels for ${internet.connections()} connections`)
  },
)

fault('NET-F10', 'HTTPS_PROXY carries all of it, and NO_PROXY exempts', async (seen, context) => {
  needsTinyproxy(context)
  await using proxy = await startTinyproxy()
  const VerifySSL = await bundle(pki.ca)
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  const outcome = await query({ VerifySSL })
  const carried = proxy.tunnels.length
  expect([outcome, new Set(proxy.tunnels), internet.connections()]).toEqual(['200', internet.hosts, carried])
  vi.stubEnv('NO_PROXY', '0.0.0.0')
  const exempt = await query({ VerifySSL })
  const more = proxy.tunnels.length - carried
  expect([exempt, more]).toEqual(['200', 0])
  seen(`HTTPS_PROXY: ${outcome}, ${carried} tunnels; with NO_PROXY ${exempt}, ${more} more`)
})

fault('NET-F10', 'a proxy that opens TLS carries all of it where its CA is in the bundle', async (seen) => {
  const own = await certificates()
  await using proxy = await startInspectingProxy({ ca: own.ca, serverCa: pki.ca.certificate })
  const outcome = await query({ HttpProxy: proxy.url, VerifySSL: await bundle(own.ca) })
  const read = ['POST /token', 'GET /jwks', 'GET /dicom-web/studies'].filter((line) => proxy.seen.includes(line))
  expect([outcome, new Set(proxy.tunnels), read.length]).toEqual(['200', internet.hosts, 3])
  seen(`TLS opened, its CA trusted: ${outcome}, the proxy read ${read.join(', ')}`)
})

fault('NET-F10', 'a proxy that opens TLS reads nothing where its CA is not in the bundle', async (seen) => {
  const own = await certificates()
  await using proxy = await startInspectingProxy({ ca: own.ca, serverCa: pki.ca.certificate })
  const outcome = await query({ HttpProxy: proxy.url, VerifySSL: await bundle(pki.ca) })
  expect([outcome, proxy.seen.length, internet.pacs.requests.length]).toEqual(['503 NET-003', 0, 0])
  seen(`TLS opened, its CA unknown: ${outcome}, the proxy read ${proxy.seen.length} bytes`)
})
