import { answer, hang, orthancAvailable, pass, startFaultServer, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { lookedAfter } from './looked-after.fixture.ts'
import { SERVERS } from './registrar.fixture.ts'

describe.skipIf(!orthancAvailable())('Registrar, with a real Orthanc', () => {
  test('ORT-F6: at shutdown a template out of a file goes back as it was, and another definition is removed', async () => {
    const template = {
      Url: 'https://0.example/dicom-web/',
      Username: 'u',
      Password: 'p',
      Timeout: 30,
      Note: 'kept',
      HttpHeaders: { 'X-Key': 'k', Authorization: 'Bearer of-somebody' },
    }
    await using orthanc = await startOrthanc({ servers: { pacs: template } })
    const before = await orthanc.servers()
    await using after = await lookedAfter(orthanc, { servers: { pacs: {}, other: {} }, templates: { pacs: template } })
    await after.start()
    expect(Object.keys(await orthanc.servers())).toEqual(['other', 'pacs'])
    await after[Symbol.asyncDispose]()
    expect(await orthanc.servers()).toEqual({ pacs: { ...before.pacs, HttpHeaders: ['X-Key'] } })
    expect([after.status('pacs'), after.status('other')]).toEqual([{ state: 'removed' }, { state: 'removed' }])
    expect(after.clock.pending).toBe(0)
  })

  test('ORT-F6: a template known from Orthanc alone is removed, because its password could not go back', async () => {
    await using orthanc = await startOrthanc({
      servers: { pacs: { Url: 'https://0.example/', Password: 'p', Username: 'u' } },
    })
    await using after = await lookedAfter(orthanc)
    await after.start()
    await after[Symbol.asyncDispose]()
    expect(await orthanc.servers()).toEqual({})
  })

  test('ORT-F6: an Orthanc that does not answer holds up the shutdown no longer than 10 s', async () => {
    await using orthanc = await startOrthanc()
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url })
    await after.start()
    between.always(hang())
    const disposed = after[Symbol.asyncDispose]()
    await between.seen(between.requests.length + 1)
    await after.clock.advance(10_000)
    await disposed
    expect(after.clock.pending).toBe(0)
    between.always(pass)
  })

  test('ORT-F6: a registration under way is finished and taken back', async () => {
    await using orthanc = await startOrthanc()
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url, servers: { pacs: {}, other: {} } })
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    between.nextAt(`${SERVERS}/pacs`, async (exchange) => {
      await released
      await pass(exchange)
    })
    after.registrar.start()
    await between.seen(3)
    const disposed = after[Symbol.asyncDispose]()
    // Time enough to take back too early.
    for (let round = 0; round < 5; round += 1) await fetch(`${between.url}/system`)
    release()
    await disposed
    expect(await orthanc.servers()).toEqual({})
    expect([after.status('pacs')?.state, after.status('other')?.state]).toEqual(['removed', 'waiting for Orthanc'])
    expect(after.clock.pending).toBe(0)
  })

  test('ORT-F6: before it was started there is nothing to take back', async () => {
    await using server = await startFaultServer()
    const after = await lookedAfter({ url: server.url, username: 'u', password: 'p' })
    await after[Symbol.asyncDispose]()
    expect(server.connections).toBe(0)
  })

  test('ORT-F6: an Orthanc that is gone leaves an error in the status and no timer', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc)
    await after.start()
    await orthanc.kill()
    await after[Symbol.asyncDispose]()
    expect(after.status()).toMatchObject({ state: 'failed', error: { code: 'NET-100' } })
    expect(after.clock.pending).toBe(0)
  })

  test('ORT-F6: a definition that Orthanc does not let go is said in the status, and the others are taken back', async () => {
    await using orthanc = await startOrthanc()
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url, servers: { pacs: {}, other: {} } })
    await after.start()
    between.nextAt(`${SERVERS}/pacs`, answer({ status: 403 }))
    await after[Symbol.asyncDispose]()
    expect(after.status('pacs')).toMatchObject({ state: 'failed', error: { code: 'AUTH-100' } })
    expect(after.status('other')).toEqual({ state: 'removed' })
    expect(Object.keys(await orthanc.servers())).toEqual(['pacs'])
  })
})
