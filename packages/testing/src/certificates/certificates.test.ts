import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Certificates, certificates } from './certificates.ts'

let made: Certificates

beforeAll(async () => {
  made = await certificates()
})

/** Connects with the CA alone as trust. @returns the code of the TLS error, or 'trusted' */
async function connect({ key, certificate }: KeyAndCertificate): Promise<string> {
  const server = createServer({ key, cert: certificate }, (_request, response) => response.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const sent = request({ host: '127.0.0.1', port, ca: made.ca.certificate, agent: false })
    sent.end()
    await once(sent, 'response')
    return 'trusted'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? ''
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('certificates', () => {
  test.each([
    ['server', 'trusted'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)('%s, to one who trusts the CA: %s', async (name, outcome) => {
    expect(await connect(made[name])).toBe(outcome)
  })

  test('the client certificate is of the CA', () => {
    const client = new X509Certificate(made.client.certificate)
    expect(client.verify(new X509Certificate(made.ca.certificate).publicKey)).toBe(true)
  })
})
