import { type Issuer, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { serverKeys } from '../bridge.fixture.ts'
import { startBridge, wrongSecret } from '../started-bridge.fixture.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer[Symbol.asyncDispose]())

describe('the control API', () => {
  test('answers in the envelope', async () => {
    await using origin = await startFaultServer()
    await using started = await startBridge({
      pacs: serverKeys(`${origin.url}/dicom-web`, issuer),
      broken: wrongSecret(origin.url, issuer),
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
    await using started = await startBridge({ broken: wrongSecret(origin.url, issuer) })
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
      broken: wrongSecret(`${origin.url}/b`, issuer),
    })
    await using bad = await startBridge({ broken: wrongSecret(origin.url, issuer) })
    expect((await good.control('/health/ready')).status).toBe(200)
    expect((await bad.control('/health/ready')).status).toBe(503)
    expect((await bad.control('/health/live')).status).toBe(200)
  })
})
