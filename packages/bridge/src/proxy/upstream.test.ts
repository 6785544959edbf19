import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificates, startFaultServer, temporaryFolder } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { get, startProxy } from './proxy.fixture.ts'

describe('the connection to the server', () => {
  test('trusts the CA bundle of VerifySSL', async () => {
    const { ca, server } = await certificates()
    await using origin = await startFaultServer({ tls: server })
    await using folder = await temporaryFolder()
    const verifySsl = join(folder.path, 'ca.pem')
    await writeFile(verifySsl, ca.certificate)
    await using proxy = await startProxy(origin.url, { verifySsl })
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(200)
  })

  test('verifies nothing where VerifySSL is false', async () => {
    const { selfSigned } = await certificates()
    await using origin = await startFaultServer({ tls: selfSigned })
    await using proxy = await startProxy(origin.url, { verifySsl: false })
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(200)
  })

  test('names the key of a CA bundle that cannot be read', async () => {
    await expect(startProxy('https://127.0.0.1/', { verifySsl: '/nowhere/ca.pem' })).rejects.toMatchObject({
      code: 'CFG-102',
      message: expect.stringContaining('VerifySSL'),
    })
  })
})
