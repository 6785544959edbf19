import { orthancAvailable, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { ADVERTISE, lookedAfter } from './looked-after.fixture.ts'
import { SERVERS, url } from './registrar.fixture.ts'

describe.skipIf(!orthancAvailable())('Registrar, with a real Orthanc', () => {
  test.each([
    [
      'an object',
      { Url: 'https://0.example/dicom-web/', HasDelete: true, Timeout: 55, Note: 'kept', ChunkedTransfers: false },
    ],
    ['an array', ['https://0.example/dicom-web/', 'user', 'password']],
  ])(
    'ORT-F8: what is the template in the file (%s) carries over, and Url and credentials are ours',
    async (_, template) => {
      await using orthanc = await startOrthanc({ servers: { pacs: template } })
      await using after = await lookedAfter(orthanc, {
        templates: { pacs: template },
        servers: { pacs: { ChunkedTransfers: true } },
      })
      await after.start()
      const own = { Url: url('pacs'), Username: 'bridge-1', ChunkedTransfers: '1', HttpHeaders: [] }
      const lent = Array.isArray(template) ? { Timeout: 21_600 } : { HasDelete: '1', Timeout: 55, Note: 'kept' }
      expect((await orthanc.servers()).pacs).toMatchObject({ ...own, ...lent })
    },
  )

  test('ORT-F8: what Orthanc alone knows lends its flags, and headers that are lost are warned of', async () => {
    await using orthanc = await startOrthanc({
      servers: {
        pacs: {
          Url: 'https://0.example/',
          HasDelete: true,
          Timeout: 55,
          HttpHeaders: { 'X-Key': 'k', authorization: 'x' },
        },
      },
    })
    await using after = await lookedAfter(orthanc)
    await after.start()
    expect((await orthanc.servers()).pacs).toMatchObject({
      Url: url('pacs'),
      HasDelete: '1',
      Timeout: 55,
      HttpHeaders: [],
    })
    await after.look()
    expect(after.warnings).toHaveLength(1)
    expect(after.warnings[0]).toContain('has the headers X-Key, whose values Orthanc does not show')
  })

  test('ORT-F8: a definition that a killed bridge has left is ours, never a template', async () => {
    await using orthanc = await startOrthanc({
      servers: { pacs: { Url: url('pacs'), HasDelete: true, Username: 'bridge-0' } },
    })
    await using after = await lookedAfter(orthanc)
    await after.start()
    const { pacs } = await orthanc.servers()
    expect(pacs).toMatchObject({ Url: url('pacs'), Username: 'bridge-1' })
    expect(pacs).not.toHaveProperty('HasDelete')
    await after[Symbol.asyncDispose]()
    expect(await orthanc.servers()).toEqual({})
  })

  test('ORT-F8: a definition that a person has written to lead to the bridge is ours too, and ours again after a restart', async () => {
    const byHand = { pacs: { Url: `${ADVERTISE}/pacs`, Username: 'by hand', Password: 'p', HasDelete: true } }
    await using orthanc = await startOrthanc({ servers: byHand })
    await using after = await lookedAfter(orthanc, { templates: byHand })
    await after.start()
    for (const _ of ['at start', 'after a restart']) {
      const { pacs } = await orthanc.servers()
      expect(pacs).toMatchObject({ Url: url('pacs'), Username: 'bridge-1' })
      expect(pacs).not.toHaveProperty('HasDelete')
      await orthanc.kill()
      await orthanc.start()
      await after.look()
    }
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: { Url: url('pacs'), Username: 'bridge-2' } })
    await after.look()
    expect(after.status()).toEqual({ state: 'replaced by an administrator' })
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: byHand.pacs })
    await after.look()
    expect(after.status()).toEqual({ state: 'registered' })
    await after[Symbol.asyncDispose]()
    expect(await orthanc.servers()).toEqual({})
  })

  test('ORT-F8: what a starting Orthanc loads after ours was there lends its flags', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc)
    await after.start()
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: { Url: 'https://loaded.example/', HasDelete: true } })
    await after.look(500)
    expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs'), HasDelete: '1' })
  })

  test('ORT-F8: what Orthanc knows after a restart with another configuration lends its flags', async () => {
    await using orthanc = await startOrthanc({ servers: { pacs: { Url: 'https://0.example/', Timeout: 55 } } })
    await using after = await lookedAfter(orthanc)
    await after.start()
    const changed = { Url: 'https://0.example/', Timeout: 66 }
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: changed })
    await after.look()
    expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs'), Timeout: 66 })
    await orthanc.kill()
    await after.look()
    await orthanc.start()
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: { Url: 'https://moved.example/', Timeout: 77 } })
    await after.look()
    expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs'), Timeout: 77 })
  })
})
