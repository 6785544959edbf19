import { type Issuer, refusingPort, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverKeys } from '../bridge.fixture.ts'
import { startBridge, wrongSecret } from '../started-bridge.fixture.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer[Symbol.asyncDispose]())

describe('metrics', () => {
  test('have the names of the Python plugin and count what happened', async () => {
    await using origin = await startFaultServer()
    await using port = await refusingPort()
    await using started = await startBridge({
      pacs: serverKeys(origin.url, issuer),
      down: serverKeys(`http://127.0.0.1:${port.port}`, issuer),
      broken: wrongSecret(`${origin.url}/broken`, issuer),
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
