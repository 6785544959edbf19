import { inspect } from 'node:util'
import {
  answer,
  expectNoCanary,
  fakeClock,
  freePort,
  hang,
  type Issuer,
  json,
  refusingPort,
  startFaultServer,
  startIssuer,
} from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  CLIENT,
  CLIENT_LOGIN,
  type ConfigurationFile,
  configurationFile,
  type Json,
  keptLog,
  serverKeys,
  startServersApi,
} from './bridge.fixture.ts'
import { createBridge } from './create-bridge.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer[Symbol.asyncDispose]())

/** A started bridge for these servers, with an Orthanc that takes definitions. */
async function startBridge(servers: Json, section: Json = {}) {
  const orthanc = await startServersApi()
  const file: ConfigurationFile = await configurationFile(servers, orthanc.url, section)
  const log = keptLog()
  const bridge = await createBridge({ configuration: file.path, log })
  const dispose = async () => {
    for (const started of [bridge, file, orthanc]) await started[Symbol.asyncDispose]()
  }
  await bridge.start().catch(async (error: unknown) => {
    await dispose()
    throw error
  })
  return {
    bridge,
    log,
    orthanc,
    get: (path: string, init: RequestInit = {}) =>
      fetch(bridge.dataUrl + path, { ...init, headers: { Authorization: CLIENT_LOGIN, ...init.headers } }),
    control: async (path: string, init: RequestInit = {}) => {
      const response = await fetch(bridge.controlUrl + path, init)
      const body = await response.text()
      return { status: response.status, headers: response.headers, body, json: () => JSON.parse(body) }
    },
    [Symbol.asyncDispose]: dispose,
  }
}

/** A server whose issuer refuses the client. */
const wrongSecret = (url: string) => serverKeys(url, issuer, { ClientSecret: 'canary-wrong-secret' })

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
      broken: wrongSecret(`${origin.url}/broken`),
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

describe('TOK-F22: a server that refuses every token', () => {
  test('passes its 401s through, does not make a storm, and is said to do so', async () => {
    await using origin = await startFaultServer()
    origin.always(answer({ status: 401 }))
    await using started = await startBridge({ pacs: serverKeys(origin.url, issuer, { Scope: 'dicom.write' }) })
    const before = issuer.tokenRequests.length
    for (let request = 0; request < 5; request++) expect((await started.get('/pacs/studies')).status).toBe(401)
    expect(issuer.tokenRequests.length - before).toBe(1)
    const [server] = (await started.control('/dicomweb-oauth/status')).json().data.servers
    expect(server.refused_by_server).toMatchObject({ error_code: 'TOK-006' })
    expect(started.log.lines.filter(({ event_type }) => event_type === 'auth_failure')).toHaveLength(1)
  })
})

describe('the control API', () => {
  test('answers in the envelope', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({
      pacs: serverKeys(`${origin.url}/dicom-web`, issuer),
      broken: wrongSecret(origin.url),
    })
    const status = (await started.control('/dicomweb-oauth/status')).json()
    expect(status).toMatchObject({
      plugin_version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      api_version: '2.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: { status: 'degraded', token_managers: 2, servers_configured: 2 },
    })
    expect(status.data.servers[1]).toMatchObject({ token_valid: false, last_error: { error_code: 'AUTH-001' } })
    const { data } = (await started.control('/dicomweb-oauth/servers')).json()
    expect(data.servers[0]).toMatchObject({
      name: 'pacs',
      url: `${origin.url}/dicom-web`,
      token_endpoint: issuer.tokenEndpoint,
      has_cached_token: true,
      token_valid: true,
    })
  })

  test('shows nothing of the query of a token endpoint, which may hold a key', async () => {
    await using origin = await startFaultServer()
    const TokenEndpoint = `${issuer.tokenEndpoint}?code=k3y-of-a-gateway`
    await using started = await startBridge({ pacs: serverKeys(origin.url, issuer, { TokenEndpoint }) })
    for (const path of ['status', 'servers']) {
      const { data } = (await started.control(`/dicomweb-oauth/${path}`)).json()
      expect(data.servers[0]).toMatchObject({ token_endpoint: `${issuer.tokenEndpoint}?…`, token_valid: true })
      expect(JSON.stringify(data)).not.toContain('k3y')
    }
  })

  test('shows warnings of the configuration', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({ pacs: serverKeys(origin.url, issuer, { VerifySSL: false }) })
    const { data } = (await started.control('/dicomweb-oauth/status')).json()
    expect(data.warnings).toContainEqual(
      expect.objectContaining({ server: 'pacs', path: expect.stringMatching(/VerifySSL$/) }),
    )
    expect(data.status).toBe('healthy')
  })

  test('tests a server by asking the issuer, whatever is in memory', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({ pacs: serverKeys(origin.url, issuer) })
    const before = issuer.tokenRequests.length
    const { status, json } = await started.control('/dicomweb-oauth/servers/pacs/test', { method: 'POST' })
    const bare = { server: 'pacs', status: 'success', token_acquired: true, has_token: true }
    expect(status).toBe(200)
    expect(json()).toMatchObject({ ...bare, api_version: '2.0', data: { ...bare, expires_in: expect.any(Number) } })
    expect(json().data.expires_in).toBeGreaterThan(290)
    expect(issuer.tokenRequests.length - before).toBe(1)
  })

  test('says of an unknown server and of a failed test what the Python plugin says', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({ broken: wrongSecret(origin.url) })
    const unknown = await started.control('/dicomweb-oauth/servers/none/test', { method: 'POST' })
    expect([unknown.status, unknown.json().error]).toEqual([404, "Server 'none' not configured"])
    const failed = await started.control('/dicomweb-oauth/servers/broken/test', { method: 'POST' })
    expect(failed.status).toBe(503)
    expect(failed.json()).toMatchObject({ server: 'broken', status: 'error', error: expect.any(String) })
  })

  test('limits tests by address', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge(
      { pacs: serverKeys(origin.url, issuer) },
      { RateLimitRequests: 2, RateLimitWindowSeconds: 30 },
    )
    const call = () => started.control('/dicomweb-oauth/servers/pacs/test', { method: 'POST' })
    expect([(await call()).status, (await call()).status]).toEqual([200, 200])
    const limited = await call()
    expect([limited.status, limited.json()]).toEqual([
      429,
      { error: 'Rate limit exceeded', max_requests: 2, window_seconds: 30 },
    ])
    expect(Number(limited.headers.get('retry-after'))).toBeLessThanOrEqual(30)
    expect(started.log.lines).toContainEqual(expect.objectContaining({ event_type: 'rate_limit_exceeded' }))
  })

  test('leaves no timer of that limit behind', async () => {
    await using origin = await startFaultServer()
    const windowSeconds = 1_234
    const set = vi.spyOn(globalThis, 'setTimeout')
    const clear = vi.spyOn(globalThis, 'clearTimeout')
    try {
      const section = { RateLimitWindowSeconds: windowSeconds }
      await using started = await startBridge({ pacs: serverKeys(origin.url, issuer) }, section)
      await started.control('/dicomweb-oauth/servers/pacs/test', { method: 'POST' })
      const timer = set.mock.calls.findIndex(([, delay]) => delay === windowSeconds * 1_000)
      const handle = set.mock.results[timer]?.value
      expect(handle).toBeDefined()
      await started.bridge[Symbol.asyncDispose]()
      expect(clear).toHaveBeenCalledWith(handle)
    } finally {
      vi.restoreAllMocks()
    }
  })

  test('is ready when a server can be used', async () => {
    await using origin = await startFaultServer()
    await using good = await startBridge({
      pacs: serverKeys(origin.url, issuer),
      broken: wrongSecret(`${origin.url}/b`),
    })
    await using bad = await startBridge({ broken: wrongSecret(origin.url) })
    expect((await good.control('/health/ready')).status).toBe(200)
    expect((await bad.control('/health/ready')).status).toBe(503)
    expect((await bad.control('/health/live')).status).toBe(200)
  })
})

describe('metrics', () => {
  test('have the names of the Python plugin and count what happened', async () => {
    await using origin = await startFaultServer()
    await using port = await refusingPort()
    await using started = await startBridge({
      pacs: serverKeys(origin.url, issuer),
      down: serverKeys(`http://127.0.0.1:${port.port}`, issuer),
      broken: wrongSecret(`${origin.url}/broken`),
    })
    await started.get('/pacs/studies')
    await started.get('/down/studies')
    await started.get('/broken/studies')
    await started.get('/none/studies')
    await started.control('/dicomweb-oauth/servers/pacs/test', { method: 'POST' })
    for (const path of ['/metrics', '/dicomweb-oauth/metrics']) {
      const { body, headers } = await started.control(path)
      expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
      for (const line of [
        'token_acquisitions_total{server="pacs",status="success"} 2',
        'token_acquisitions_total{server="down",status="success"} 2',
        'token_acquisitions_total{server="broken",status="failure"} 1',
        'token_acquisition_duration_seconds_count{server="pacs"} 2',
        'errors_total{server="broken",error_code="AUTH-001",category="AUTHORIZATION"} 1',
        'errors_total{server="down",error_code="NET-002",category="NETWORK"} 1',
        'retry_attempts_total{server="pacs"} 0',
        'circuit_breaker_rejections_total{server="pacs"} 0',
        'http_requests_total{method="GET",endpoint="/pacs",status="200"} 1',
        'http_requests_total{method="GET",endpoint="/down",status="502"} 1',
        'http_requests_total{method="GET",endpoint="/broken",status="503"} 1',
        'http_requests_total{method="GET",endpoint="unknown",status="404"} 1',
        'http_requests_total{method="POST",endpoint="/dicomweb-oauth/servers/{name}/test",status="200"} 1',
      ])
        expect(body).toContain(`dicomweb_oauth_${line}\n`)
      expect(body).toMatch(/^dicomweb_oauth_cache_hits_total\{server="pacs"\} [1-9]/m)
      expect(body).toMatch(/^dicomweb_oauth_cache_misses_total\{server="pacs"\} \d/m)
    }
  })

  test('say the state of a breaker', async () => {
    await using origin = await startFaultServer()
    const ResilienceConfig = { CircuitBreakerEnabled: true }
    await using started = await startBridge({ pacs: serverKeys(origin.url, issuer, { ResilienceConfig }) })
    expect((await started.control('/metrics')).body).toContain(
      'dicomweb_oauth_circuit_breaker_state{server="pacs"} 0\n',
    )
  })

  test('are not there where EnableMetrics is false', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({ pacs: serverKeys(origin.url, issuer) }, { EnableMetrics: false })
    expect((await started.control('/metrics')).status).toBe(404)
  })
})

describe('secrets', () => {
  test('are in no line, answer, metric or inspection', async () => {
    await using origin = await startFaultServer()
    origin.next(answer({ status: 401 }), answer({ status: 403 }))
    const { clientSecret } = issuer.clients.client_secret_post
    const started = await startBridge({
      pacs: serverKeys(origin.url, issuer),
      broken: wrongSecret(`${origin.url}/broken`),
    })
    await using _ = started
    await vi.waitFor(() => expect(started.orthanc.definitions.size).toBe(2))
    const answers = await Promise.all([
      started.get('/pacs/studies?PatientName=canary-patient-name').then((got) => got.text()),
      started.get('/broken/studies').then((got) => got.text()),
      started
        .get('/pacs/studies', { headers: { Authorization: 'Basic canary-guessed-password' } })
        .then((got) => got.text()),
      ...['status', 'servers', 'metrics'].map(async (path) => (await started.control(`/dicomweb-oauth/${path}`)).body),
      ...['pacs', 'broken'].map(
        async (name) => (await started.control(`/dicomweb-oauth/servers/${name}/test`, { method: 'POST' })).body,
      ),
    ])
    const shown = [
      ...answers,
      JSON.stringify(started.log.lines),
      inspect(started.bridge, { depth: 10, showHidden: true }),
    ]
    const password = String(started.orthanc.definitions.get('pacs')?.Password)
    const tokens = issuer.tokenRequests.flatMap(({ token }) => token ?? [])
    expect(tokens.length).toBeGreaterThan(1)
    const canaries = {
      'client secret': [clientSecret, 'canary-wrong-secret'],
      'what a client showed': ['canary-guessed-password', CLIENT.password],
      'password of Orthanc': password,
      'name of a patient': 'canary-patient-name',
      token: tokens,
    }
    for (const text of shown) expectNoCanary(text, canaries)
  })
})
