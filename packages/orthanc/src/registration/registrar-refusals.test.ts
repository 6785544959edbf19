import { answer, orthancAvailable, reset, startFaultServer, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { lookedAfter } from './looked-after.fixture.ts'
import { SERVERS } from './registrar.fixture.ts'

describe.skipIf(!orthancAvailable())('Registrar, with a real Orthanc', () => {
  test.each([401, 403])(
    'ORT-F2: a PUT that is answered %d is a clear error, asked again after 1, 2, 4 … s',
    async (status) => {
      await using orthanc = await startOrthanc({ servers: { theirs: ['http://127.0.0.1:1/'] } })
      await using between = await startFaultServer({ target: orthanc.url })
      await using after = await lookedAfter(orthanc, { url: between.url })
      const puts = () => between.requests.filter(({ method }) => method === 'PUT').length
      between.nextAt(`${SERVERS}/pacs`, ...Array.from({ length: 3 }, () => answer({ status })))
      await after.start()
      expect(after.status()).toMatchObject({
        state: 'failed',
        error: { code: 'AUTH-100', message: `Orthanc refused with ${status}: PUT ${between.url}${SERVERS}/pacs` },
      })
      for (const [pause, seen] of [
        [1000, 2],
        [2000, 3],
      ] as const) {
        await after.clock.advance(pause - 1)
        expect(puts()).toBe(seen - 1)
        await after.look(1)
        expect(puts()).toBe(seen)
      }
      await after.look(4000)
      expect(after.status()).toEqual({ state: 'registered' })
      expect(after.history).toEqual(['pacs: failed', 'pacs: registered'])
    },
  )

  test('ORT-F2: a wrong password is a clear error, asked again after at most 30 s', async () => {
    await using orthanc = await startOrthanc()
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url, password: 'wrong' })
    await after.start()
    expect(after.status()).toMatchObject({ state: 'failed', error: { code: 'AUTH-100', category: 'AUTHORIZATION' } })
    const pauses = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
    for (const pause of pauses) {
      const seen = between.requests.length
      await after.clock.advance(pause - 1)
      expect(between.requests).toHaveLength(seen)
      await after.look(1)
      expect(between.requests).toHaveLength(seen + 1)
    }
    expect(after.history).toEqual(['pacs: failed'])
    expect(await orthanc.servers()).toEqual({})
  })

  test('ORT-F2: one definition that Orthanc refuses holds up no other', async () => {
    await using orthanc = await startOrthanc({ servers: { theirs: ['http://127.0.0.1:1/'] } })
    await using between = await startFaultServer({ target: orthanc.url })
    await using after = await lookedAfter(orthanc, { url: between.url, servers: { pacs: {}, other: {} } })
    between.nextAt(`${SERVERS}/pacs`, answer({ status: 400 }))
    await after.start()
    expect([after.status('pacs')?.state, after.status('other')?.state]).toEqual(['failed', 'registered'])
    await after.look(1000)
    expect([after.status('pacs')?.state, after.status('other')?.state]).toEqual(['registered', 'registered'])
  })

  test.each([
    ['answers 503', () => answer({ status: 503 })],
    ['breaks off', () => reset()],
  ])(
    'ORT-F2: one definition that Orthanc %s holds up no other, is put again after 1, 2, 4 … s, and undoes no deletion',
    async (_, behaviour) => {
      await using orthanc = await startOrthanc({ servers: { theirs: ['http://127.0.0.1:1/'] } })
      await using between = await startFaultServer({ target: orthanc.url })
      await using after = await lookedAfter(orthanc, { url: between.url, servers: { pacs: {}, other: {}, third: {} } })
      const states = () => ['pacs', 'other', 'third'].map((name) => after.status(name)?.state)
      const puts = () => between.requests.filter(({ method, target }) => method === 'PUT' && target.endsWith('/pacs'))
      between.nextAt(`${SERVERS}/pacs`, ...Array.from({ length: 3 }, behaviour))
      await after.start()
      expect(states()).toEqual(['waiting for Orthanc', 'registered', 'registered'])
      expect(after.status()).toMatchObject({ error: { code: 'NET-100', retryable: true } })
      await orthanc.json(`${SERVERS}/third`, { method: 'DELETE' })
      for (const [pause, seen] of [
        [1000, 2],
        [2000, 3],
      ] as const) {
        await after.clock.advance(pause - 1)
        expect(puts()).toHaveLength(seen - 1)
        await after.look(1)
        expect(puts()).toHaveLength(seen)
        expect(states()).toEqual(['waiting for Orthanc', 'registered', 'deleted by an administrator'])
      }
      await after.look(4000)
      expect(states()).toEqual(['registered', 'registered', 'deleted by an administrator'])
      expect(Object.keys(await orthanc.servers())).toEqual(['other', 'pacs', 'theirs'])
    },
  )
})
