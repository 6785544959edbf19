import { orthancAvailable, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { lookedAfter } from './looked-after.fixture.ts'
import { MINUTE, SERVERS } from './registrar.fixture.ts'

describe.skipIf(!orthancAvailable())('Registrar, with a real Orthanc', () => {
  test('ORT-F4: one of several that is deleted stays away, and the status says so', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc, { servers: { pacs: {}, other: {} } })
    await after.start()
    await orthanc.json(`${SERVERS}/pacs`, { method: 'DELETE' })
    for (const _ of ['at once', 'later', 'much later']) {
      await after.look()
      expect(after.status('pacs')).toEqual({ state: 'deleted by an administrator' })
      expect(after.status('other')).toEqual({ state: 'registered' })
      expect(Object.keys(await orthanc.servers())).toEqual(['other'])
      await after.look(10 * MINUTE)
    }
    await orthanc.kill()
    await after.look()
    await orthanc.start()
    await after.look()
    expect(Object.keys(await orthanc.servers())).toEqual(['other'])
  })

  test('ORT-F4: one that vanishes again within ten minutes stays away', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc)
    await after.start()
    await after.look()
    const vanish = () => orthanc.json(`${SERVERS}/pacs`, { method: 'DELETE' })
    await vanish()
    await after.look()
    expect(after.status()).toEqual({ state: 'registered' })
    await after.look(11 * MINUTE)
    await vanish()
    await after.look()
    expect(after.status()).toEqual({ state: 'registered' })
    await vanish()
    await after.look()
    expect(after.status()).toEqual({ state: 'deleted by an administrator' })
    await after.look(11 * MINUTE)
    expect(await orthanc.servers()).toEqual({})
  })

  test('ORT-F4: the only one that an administrator points elsewhere again within ten minutes is left alone, at shutdown too', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc)
    const byHand = { Url: 'https://by-hand.example/', HasDelete: true }
    await after.start()
    await after.look()
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: byHand })
    await after.look()
    expect(after.status()).toEqual({ state: 'registered' })
    expect((await orthanc.servers()).pacs).not.toHaveProperty('HasDelete')
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: byHand })
    for (const _ of ['at once', 'later']) {
      await after.look()
      expect(after.status()).toEqual({ state: 'replaced by an administrator' })
      await after.look(11 * MINUTE)
    }
    await after[Symbol.asyncDispose]()
    expect(await orthanc.servers()).toMatchObject({ pacs: { Url: byHand.Url, HasDelete: '1' } })
  })

  test('a name that leads elsewhere by an administrator is left alone', async () => {
    await using orthanc = await startOrthanc()
    await using after = await lookedAfter(orthanc, { servers: { pacs: {}, other: {} } })
    await after.start()
    await orthanc.json(`${SERVERS}/pacs`, { method: 'PUT', body: { Url: 'https://by-hand.example/' } })
    await after.look()
    expect(after.status('pacs')).toEqual({ state: 'replaced by an administrator' })
    await after[Symbol.asyncDispose]()
    expect(await orthanc.servers()).toMatchObject({ pacs: { Url: 'https://by-hand.example/' } })
    expect(Object.keys(await orthanc.servers())).toEqual(['pacs'])
  })

  test('another process of the bridge that has taken the name is left alone, at its end too', async () => {
    await using orthanc = await startOrthanc()
    await using first = await lookedAfter(orthanc)
    await first.start()
    await using second = await lookedAfter(orthanc, { username: 'bridge-2' })
    await second.start()
    await first.look()
    expect(first.status()).toEqual({ state: 'replaced by an administrator' })
    await first[Symbol.asyncDispose]()
    await second.look()
    expect(second.status()).toEqual({ state: 'registered' })
    expect((await orthanc.servers()).pacs).toMatchObject({ Username: 'bridge-2' })
  })
})
