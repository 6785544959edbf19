import { fakeClock, freePort, hang, type Issuer, json, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CLIENT_LOGIN, configurationFile, keptLog, serverKeys } from './bridge.fixture.ts'
import { createBridge } from './create-bridge.ts'
import { startBridge, wrongSecret } from './started-bridge.fixture.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer[Symbol.asyncDispose]())

describe('a bridge that starts', () => {
  test('has every server’s token, says so in one line each, and registers with Orthanc', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({
      pacs: serverKeys(`${origin.url}/dicom-web`, issuer),
      archive: serverKeys(`${origin.url}/archive`, issuer),
    })
    const lines = started.log.lines.map(({ message }) => message)
    expect(lines).toContain("Server 'pacs': token for 300 s")
    expect(lines).toContain("Server 'archive': token for 300 s")
    await vi.waitFor(() => expect([...started.orthanc.definitions.keys()]).toEqual(['pacs', 'archive']))
    expect(started.orthanc.definitions.get('pacs')).toMatchObject({ Url: `${started.bridge.dataUrl}/pacs/` })
  })

  test('asks once for two servers of one tenant', async () => {
    await using origin = await startFaultServer()
    const before = issuer.tokenRequests.length
    await using _ = await startBridge({
      pacs: serverKeys(`${origin.url}/one`, issuer, { Scope: 'dicom.read' }),
      archive: serverKeys(`${origin.url}/two`, issuer, { Scope: 'dicom.read' }),
    })
    expect(issuer.tokenRequests.length - before).toBe(1)
  })

  test('goes on where one server gets no token: that one is 503, the other is served', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({
      pacs: serverKeys(origin.url, issuer),
      broken: wrongSecret(`${origin.url}/broken`, issuer),
    })
    expect(started.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', server: 'broken', error_code: 'AUTH-001' }),
    )
    expect((await started.get('/pacs/studies')).status).toBe(200)
    const refused = await started.get('/broken/studies', { method: 'POST', body: 'study' })
    expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ error_code: 'AUTH-001' })])
    // RFC 6749: the same question gets the same answer, so nobody asks for 60 s.
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(origin.requests).toHaveLength(1)
  })

  test('authorises with the issuer’s token, and with the password that Orthanc was given', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({ pacs: serverKeys(`${origin.url}/dicom-web`, issuer) })
    await vi.waitFor(() => expect(started.orthanc.definitions.size).toBe(1))
    const { Username, Password } = started.orthanc.definitions.get('pacs') as { Username: string; Password: string }
    const Authorization = `Basic ${Buffer.from(`${Username}:${Password}`).toString('base64')}`
    expect((await started.get('/pacs/studies', { headers: { Authorization } })).status).toBe(200)
    expect(origin.requests[0]?.values('authorization')).toEqual([`Bearer ${issuer.tokenRequests.at(-1)?.token}`])
  })

  test('BRG-F19: has another password each time, and lets nobody in with an old one', async () => {
    await using origin = await startFaultServer()
    const passwords: unknown[] = []
    for (let time = 0; time < 2; time++) {
      await using started = await startBridge({ pacs: serverKeys(origin.url, issuer) })
      await vi.waitFor(() => expect(started.orthanc.definitions.size).toBe(1))
      const { Username, Password } = started.orthanc.definitions.get('pacs') ?? {}
      passwords.push(Password)
      const Authorization = `Basic ${Buffer.from(`${Username}:${passwords[0]}`).toString('base64')}`
      expect((await started.get('/pacs/x', { headers: { Authorization } })).status).toBe(time === 0 ? 200 : 401)
    }
    expect(new Set(passwords).size).toBe(2)
    expect(String(passwords[0]).length).toBeGreaterThanOrEqual(43)
    expect(origin.requests).toHaveLength(1)
  })

  test('PRC-F1: stops within 29 s, of which an Orthanc that hangs takes 10 and a stream the rest', async () => {
    await using orthanc = await startFaultServer()
    orthanc.always(json({}))
    await using origin = await startFaultServer()
    origin.always(hang())
    await using file = await configurationFile({ pacs: serverKeys(origin.url, issuer) }, orthanc.url)
    const clock = fakeClock()
    const log = keptLog()
    await using bridge = await createBridge({ configuration: file.path, clock, log })
    await bridge.start()
    await orthanc.seen(1)
    const stream = fetch(`${bridge.dataUrl}/pacs/studies`, { headers: { Authorization: CLIENT_LOGIN } })
    stream.catch(() => {}) // cut off
    await origin.seen(1)
    orthanc.always(hang())
    const begun = clock.monotonic()
    let stopped: number | undefined
    const stopping = bridge[Symbol.asyncDispose]().then(() => {
      stopped = clock.monotonic() - begun
    })
    const lateAt = () => log.lines.find(({ message }) => message.startsWith('Gave up'))
    for (let second = 0; second < 10; second++) await clock.advance(1_000)
    expect(lateAt()).toMatchObject({ limit: 10_000 })
    for (let second = 10; second < 29; second++) await clock.advance(1_000)
    await stopping
    expect(stopped).toBeCloseTo(29_000)
    await expect(stream).rejects.toThrow()
  })

  test('takes its definitions back when it is disposed of', async () => {
    await using origin = await startFaultServer()
    const started = await startBridge({ pacs: serverKeys(origin.url, issuer) })
    await using _ = started
    await vi.waitFor(() => expect(started.orthanc.definitions.size).toBe(1))
    await started.bridge[Symbol.asyncDispose]()
    expect(started.orthanc.definitions.size).toBe(0)
    await expect(started.get('/pacs/studies')).rejects.toThrow()
  })

  test.each(['Listen', 'ControlListen'])(
    'names %s where its address is taken, and leaves nothing running',
    async (key) => {
      await using origin = await startFaultServer()
      await using file = await configurationFile({ pacs: serverKeys(origin.url, issuer) }, origin.url, {
        [key]: `127.0.0.1:${origin.port}`,
      })
      await using bridge = await createBridge({ configuration: file.path })
      await expect(bridge.start()).rejects.toMatchObject({
        code: 'CFG-002',
        message: `${key}: cannot listen on 127.0.0.1:${origin.port}: another program listens there`,
      })
      if (key === 'ControlListen') await expect(fetch(bridge.dataUrl)).rejects.toThrow()
    },
  )

  test('BRG-F19: refuses a control listener beyond loopback that nobody has a password for', async () => {
    await using origin = await startFaultServer()
    await using file = await configurationFile({ pacs: serverKeys(origin.url, issuer) }, origin.url, {
      ControlListen: `0.0.0.0:${await freePort()}`,
    })
    await expect(createBridge({ configuration: file.path })).rejects.toMatchObject({ code: 'CFG-104' })
  })
})
