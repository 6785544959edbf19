import { answer, hang, orthancAvailable, pass, reset, startFaultServer, startOrthanc } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { ADVERTISE, LOOK, lookedAfter } from './looked-after.fixture.ts'

const SERVERS = '/dicom-web/servers'
const url = (name: string) => `${ADVERTISE}/${name}/`
const MINUTE = 60_000

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
