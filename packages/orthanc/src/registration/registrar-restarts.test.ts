import { answer, hang, orthancAvailable, startFaultServer, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { LOOK, lookedAfter } from './looked-after.fixture.ts'
import { MINUTE, SERVERS, url } from './registrar.fixture.ts'

describe.skipIf(!orthancAvailable())('Registrar, with a real Orthanc', () => {
  test('ORT-F1: Orthanc was away: its definitions are back at the next look', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc, { servers: { pacs: {}, other: {} } })
    await after.start()
    for (const _ of ['once', 'and again']) {
      await orthanc.kill()
      await after.look()
      expect(after.status()).toMatchObject({ state: 'waiting for Orthanc' })
      await orthanc.start()
      expect(await orthanc.servers()).toEqual({})
      await after.look()
      expect(await orthanc.servers()).toMatchObject({ pacs: { Url: url('pacs') }, other: { Url: url('other') } })
      expect(after.status()).toEqual({ state: 'registered' })
    }
  })

  test('ORT-F1: a restart between two looks is seen, because all of ours are gone', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc)
    await after.start()
    await orthanc.kill()
    await orthanc.start()
    await after.look()
    expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs') })
  })

  test("ORT-F1: a restart between two looks is seen, because a template's Url is back", async () => {
    const templates = { pacs: { Url: 'https://0.example/dicom-web/', HasDelete: true } }
    await using orthanc = await startOrthanc({ servers: templates })
    await using after = await lookedAfter(orthanc, { servers: { pacs: {}, other: {} }, templates })
    await after.start()
    for (const _ of ['once', 'and again at once']) {
      await orthanc.kill()
      await orthanc.start()
      expect((await orthanc.servers()).pacs).toMatchObject({ Url: 'https://0.example/dicom-web/' })
      await after.look()
      expect(await orthanc.servers()).toMatchObject({
        pacs: { Url: url('pacs'), HasDelete: '1' },
        other: { Url: url('other') },
      })
      await after.look(10 * MINUTE + 1)
    }
  })

  test('what Orthanc forgets at once, because it was starting, is put again until it reads back', async () => {
    await using orthanc = await startOrthanc({ servers: { theirs: ['http://127.0.0.1:1/'] } })
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url })
    between.nextAt(`${SERVERS}/pacs`, answer({ body: '{}' }))
    await after.start()
    expect(after.status()).toEqual({ state: 'waiting for Orthanc' })
    await after.look(1000)
    expect(after.status()).toEqual({ state: 'registered' })
    expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs') })
  })

  test('what a restarted Orthanc forgets at once counts as put by nobody, not as deleted', async () => {
    await using orthanc = await startOrthanc({ servers: { theirs: ['http://127.0.0.1:1/'] } })
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url, servers: { pacs: {}, other: {} } })
    await after.start()
    await orthanc.kill()
    await orthanc.start()
    between.nextAt(`${SERVERS}/pacs`, ...Array.from({ length: 2 }, () => answer({ body: '{}' })))
    for (const pause of [LOOK, 1000]) {
      await after.look(pause)
      expect([after.status('pacs')?.state, after.status('other')?.state]).toEqual(['waiting for Orthanc', 'registered'])
    }
    await after.look(2000)
    expect(after.status('pacs')).toEqual({ state: 'registered' })
  })

  test('what a starting Orthanc forgets is back within half a second, and counts as deleted by nobody', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc)
    const forget = () => orthanc.json(`${SERVERS}/pacs`, { method: 'DELETE' })
    await after.start()
    for (const _ of ['at its start', 'at its plugins']) {
      await forget()
      await after.look(500)
      expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs') })
    }
    await after.look(500)
    await forget()
    await after.clock.advance(4999)
    expect(await orthanc.servers()).toEqual({})
    await after.look(1)
    expect(after.status()).toEqual({ state: 'registered' })
  })

  test('ORT-F3: a PUT that was applied although its answer never came is repeated, and nothing is done twice', async () => {
    await using orthanc = await startOrthanc()
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url, servers: { pacs: { HasDelete: true } } })
    between.nextAt(`${SERVERS}/pacs`, async (exchange) => {
      await exchange.readBody()
      await orthanc.json(exchange.request.target, { method: 'PUT', body: exchange.request.text() })
      await hang()(exchange)
    })
    await after.start()
    expect((await orthanc.servers()).pacs).toMatchObject({ Url: url('pacs') })
    expect(after.status()).toMatchObject({ state: 'waiting for Orthanc', error: { code: 'NET-100' } })
    await after.look(500)
    await after.look(500)
    expect(after.status()).toEqual({ state: 'registered' })
    expect(await orthanc.servers()).toMatchObject({ pacs: { Url: url('pacs'), HasDelete: '1' } })
    expect(between.requests.filter(({ method }) => method === 'PUT')).toHaveLength(2)
  })
})
