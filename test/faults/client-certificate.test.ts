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
  type FakeClock,
  fakeClock,
  startFaultServer,
  type TemporaryFolder,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { afterEach, beforeEach, expect } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { tokenAnswer } from './support/token-answers.ts'
import { tokenWorld } from './support/token-world.ts'

/** Milliseconds, longer than the pause between two looks at the files. */
const LATER = 2000

let folder: TemporaryFolder
let pki: Certificates
let caFile: string
let certificateFile: string
let keyFile: string

beforeEach(async () => {
  folder = await temporaryFolder()
  pki = await certificates()
  caFile = join(folder.path, 'ca.pem')
  certificateFile = join(folder.path, 'client.crt')
  keyFile = join(folder.path, 'client.key')
  await writeFile(caFile, pki.ca.certificate)
  await rotateTo('client')
})

afterEach(() => folder[Symbol.asyncDispose]())

async function rotateTo(name: 'client' | 'server' | 'expired'): Promise<void> {
  await writeFile(certificateFile, pki[name].certificate)
  await writeFile(keyFile, pki[name].key, { mode: 0o600 })
}

/** A server that notes which certificate each request came with. */
async function curiousServer(answer: string) {
  const shown: string[] = []
  let connections = 0
  const nameOf = (socket: TLSSocket) =>
    Object.entries(pki).find(
      ([, { certificate }]) => certificate.trim() === socket.getPeerX509Certificate()?.toString().trim(),
    )?.[0] ?? 'none'
  const tls = { key: pki.server.key, cert: pki.server.certificate, requestCert: true, rejectUnauthorized: false }
  const server = createServer(tls, (request, response) => {
    shown.push(nameOf(request.socket as TLSSocket))
    response.setHeader('content-type', 'application/json').end(answer)
  })
  server.on('connection', () => {
    connections += 1
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shown,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One that stands still in the time in which the certificates are valid. */
function clockOfToday(): FakeClock {
  const clock = fakeClock()
  clock.jump(Date.now() - clock.now())
  return clock
}

const TOKEN = '{"access_token":"opaque","token_type":"Bearer","expires_in":3600}'

fault(
  'NET-F8',
  'the issuer is shown what lies there now; one that has expired is an error before connecting',
  async (seen) => {
    await using issuer = await curiousServer(TOKEN)
    await using world = await tokenWorld({
      provider: {
        tokenEndpoint: `${issuer.url}/token`,
        clientSecret: new Secret('s'),
        clientCertificate: { certificateFile, keyFile },
        caFile,
      },
    })
    world.clock.jump(Date.now() - world.clock.now())
    await world.manager.getToken()
    await rotateTo('server')
    await world.manager.refresh()
    expect(issuer.shown).toEqual(['client', 'server'])
    await rotateTo('expired')
    const before = issuer.connections()
    await expect(world.manager.refresh()).rejects.toMatchObject({ code: 'CFG-002', retryable: false })
    const more = issuer.connections() - before
    expect(more).toBe(0)
    seen(`issuer: rotated, it sees ${issuer.shown.join(' then ')}; expired: CFG-002, ${more} more connections`)
  },
)

/** A bridge that shows the certificate to this server and to an issuer. */
function certificateWorld(server: string, issuer: string, clock: FakeClock) {
  return bridgeWorld({
    server: `${server}/dicom-web`,
    clock,
    serverKeys: {
      TokenEndpoint: `${issuer}/token`,
      VerifySSL: caFile,
      ClientCertificateFile: certificateFile,
      ClientCertificateKeyFile: keyFile,
    },
  })
}

fault('NET-F8', 'the DICOMweb server is shown a rotated one on a new connection', async (seen) => {
  await using issuer = await startFaultServer({ tls: pki.server })
  issuer.always(tokenAnswer())
  await using pacs = await curiousServer('[]')
  const clock = clockOfToday()
  await using world = await certificateWorld(pacs.url, issuer.url, clock)
  for (const _ of [1, 2]) await ask(`${world.cloud}/studies`)
  await rotateTo('server')
  await clock.advance(LATER)
  const { status } = await ask(`${world.cloud}/studies`)
  expect([status, pacs.shown, pacs.connections()]).toEqual([200, ['client', 'client', 'server'], 2])
  seen(`server: ${pacs.shown.join(', ')} on ${pacs.connections()} connections`)
})

fault('NET-F8', 'one that expires between two requests reaches no DICOMweb server', async (seen) => {
  await using issuer = await startFaultServer({ tls: pki.server })
  issuer.always(tokenAnswer())
  await using pacs = await curiousServer('[]')
  const clock = clockOfToday()
  await using world = await certificateWorld(pacs.url, issuer.url, clock)
  await ask(`${world.cloud}/studies`)
  const before = pacs.connections()
  await rotateTo('expired')
  await clock.advance(LATER)
  const { status, body } = await ask(`${world.cloud}/studies`)
  expect([status, JSON.parse(body).error_code, pacs.connections() - before]).toEqual([502, 'CFG-002', 0])
  seen(`server, expired: ${status} ${JSON.parse(body).error_code}, ${pacs.connections() - before} more connections`)
})
