import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificates, startFaultServer, temporaryFolder } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { get, startProxy } from './proxy.fixture.ts'

describe('the connection to the server', () => {
  test('trusts the CA bundle that it is given', async () => {
    const { ca, server } = await certificates()
    await using origin = await startFaultServer({ tls: server })
    await using folder = await temporaryFolder()
    const caFile = join(folder.path, 'ca.pem')
    await writeFile(caFile, ca.certificate)
    await using proxy = await startProxy(origin.url, { egress: { caFile } })
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(200)
  })

  test('verifies nothing where that is wanted', async () => {
    const { selfSigned } = await certificates()
    await using origin = await startFaultServer({ tls: selfSigned })
    await using proxy = await startProxy(origin.url, { egress: { verifyTls: false } })
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(200)
  })

  test('names a CA bundle that cannot be read', async () => {
    await expect(startProxy('https://127.0.0.1/', { egress: { caFile: '/nowhere/ca.pem' } })).rejects.toMatchObject({
      code: 'CFG-102',
      details: { option: 'caFile', file: '/nowhere/ca.pem' },
    })
  })
})
