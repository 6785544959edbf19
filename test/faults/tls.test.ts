import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@orthanc-oauth/core'
import {
  type Certificates,
  certificates,
  startFaultServer,
  startIssuer,
  type TemporaryFolder,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { afterAll, beforeAll, expect } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { tokenAnswer } from './support/token-answers.ts'
import { tokenWorld } from './support/token-world.ts'

let folder: TemporaryFolder
let given: Certificates
/** The bundle that trusts the test CA. */
let caFile: string

beforeAll(async () => {
  folder = await temporaryFolder()
  given = await certificates()
  caFile = join(folder.path, 'ca.pem')
  await writeFile(caFile, given.ca.certificate)
})

afterAll(() => folder[Symbol.asyncDispose]())

for (const kind of ['expired', 'selfSigned', 'wrongHost'] as const) {
  fault(
    'NET-F6',
    `an issuer with a certificate that is ${kind} gets no secret, and no second connection`,
    async (seen) => {
      await using issuer = await startFaultServer({ tls: given[kind] })
      issuer.always(tokenAnswer())
      await using world = await tokenWorld({ provider: { tokenEndpoint: `${issuer.url}/token`, caFile } })
      const error = await world.failure()
      expect(error).toMatchObject({ code: 'NET-003', retryable: false })
      expect(issuer.connections).toBe(1)
      expect(issuer.bytesReceived).toBe(0)
      seen(`issuer, ${kind}: ${error.code}, ${issuer.connections} connection, ${issuer.bytesReceived} bytes of HTTP`)
    },
  )
}

fault(
  'NET-F7',
  'an issuer of a CA of its own gives a token where the bundle is configured, and else none',
  async (seen) => {
    await using issuer = await startIssuer({ tls: given.server })
    const { clientId, clientSecret } = issuer.clients.client_secret_post
    const provider = { tokenEndpoint: issuer.tokenEndpoint, clientId, clientSecret: new Secret(clientSecret) }
    await using trusting = await tokenWorld({ provider: { ...provider, caFile } })
    const { lifetime } = await trusting.manager.getToken()
    await using doubting = await tokenWorld({ provider })
    const error = await doubting.failure()
    expect(error.code).toBe('NET-003')
    expect(issuer.tokenRequests).toHaveLength(1)
    seen(`issuer: with the bundle a token of ${lifetime / 1000} s, without ${error.code}`)
  },
)

for (const kind of ['expired', 'selfSigned', 'wrongHost'] as const) {
  fault('NET-F6', `a DICOMweb server with a certificate that is ${kind} gets no byte`, async (seen) => {
    await using pacs = await startFaultServer({ tls: given[kind] })
    await using world = await bridgeWorld({ server: `${pacs.url}/dicom-web`, serverKeys: { VerifySSL: caFile } })
    const { status, body } = await ask(`${world.cloud}/studies`)
    expect(status).toBe(502)
    expect(JSON.parse(body)).toMatchObject({ error_code: 'NET-003' })
    expect(pacs.connections).toBe(1)
    expect(pacs.bytesReceived).toBe(0)
    seen(`server, ${kind}: ${status} ${JSON.parse(body).error_code}, ${pacs.bytesReceived} bytes of HTTP`)
  })
}

for (const { what, VerifySSL, expected } of [
  { what: 'with the bundle', VerifySSL: () => caFile, expected: [200, 1] },
  { what: 'without it', VerifySSL: () => true, expected: [502, 0] },
]) {
  fault('NET-F7', `a DICOMweb server of a CA of its own is reached ${what}: ${expected[0]}`, async (seen) => {
    await using pacs = await startFaultServer({ tls: given.server })
    await using world = await bridgeWorld({ server: `${pacs.url}/dicom-web`, serverKeys: { VerifySSL: VerifySSL() } })
    const { status } = await ask(`${world.cloud}/studies`)
    expect([status, pacs.requests.length]).toEqual(expected)
    seen(`server, ${what}: ${status}, ${pacs.requests.length} requests`)
  })
}
