import { answer, orthancAvailable, startFaultServer, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { LOOK, lookedAfter } from './looked-after.fixture.ts'
import { SERVERS, url } from './registrar.fixture.ts'

describe.skipIf(!orthancAvailable())('Registrar, with a real Orthanc', () => {
  test('registers a definition that leads to the bridge, and is what Orthanc then uses', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc, {
      servers: { pacs: { HasDelete: true, ChunkedTransfers: false, Timeout: 77 }, 'a b é': {} },
    })
    expect(after.status()).toEqual({ state: 'waiting for Orthanc' })
    await after.start()
    expect(after.status()).toEqual({ state: 'registered' })
    expect(await orthanc.servers()).toMatchObject({
      pacs: {
        Url: url('pacs'),
        Username: 'bridge-1',
        Password: null,
        Timeout: 77,
        HasDelete: '1',
        ChunkedTransfers: '0',
        HttpHeaders: [],
      },
      'a b é': { Url: url('a%20b%20%C3%A9'), Timeout: 21_600 },
    })
    expect(after.history).toEqual(['pacs: registered', 'a b é: registered'])
  })

  test('the password of the data listener reaches whom the definition leads to', async () => {
    await using bridge = await startFaultServer()
    bridge.always(answer({ body: '[]', headers: { 'content-type': 'application/dicom+json' } }))
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc, { advertise: bridge.url })
    await after.start()
    await orthanc.qido('pacs', '/studies')
    const [request] = bridge.requests
    expect(request?.target).toBe('/pacs/studies')
    expect(request?.values('authorization')).toEqual([`Basic ${btoa('bridge-1:password of the data listener')}`])
  })

  test('waits for an Orthanc that is not up yet, and goes on by itself', async () => {
    await using orthanc = await startOrthanc()
    await orthanc.kill()
    await using after = await lookedAfter(orthanc)
    await after.start()
    expect(after.status()).toMatchObject({ state: 'waiting for Orthanc', error: { code: 'NET-100', retryable: true } })
    await after.look()
    await orthanc.start()
    await after.look()
    expect(after.status()).toEqual({ state: 'registered' })
    expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs') })
  })

  test('looks never overlap, and a look that finds everything in place changes nothing', async () => {
    await using orthanc = await startOrthanc({ servers: { theirs: ['http://127.0.0.1:1/'] } })
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url })
    await after.start()
    after.registrar.start()
    const seen = between.requests.length
    await after.look(LOOK - 1)
    expect(between.requests).toHaveLength(seen)
    await after.look(1)
    expect(between.requests.slice(seen).map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /system',
      `GET ${SERVERS}?expand`,
    ])
    await after[Symbol.asyncDispose]()
    after.registrar.start()
    expect(after.clock.pending).toBe(0)
  })
})

test('what an API throws and should not is an error in the status, and looking goes on', async () => {
  const nowhere = { url: 'http://127.0.0.1:1', username: 'u', password: 'p' }
  let looks = 0
  const servers = () => {
    looks += 1
    return Promise.reject(new TypeError('unforeseen'))
  }
  await using after = await lookedAfter(nowhere, { api: { servers, put: async () => {}, delete: async () => {} } })
  await after.start()
  expect(after.status()).toMatchObject({ state: 'failed', error: { code: 'INT-001', cause: { name: 'TypeError' } } })
  await after.look(1000)
  expect(looks).toBe(2)
})
