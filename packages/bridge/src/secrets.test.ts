import { inspect } from 'node:util'
import { answer, expectNoCanary, type Issuer, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CLIENT, serverKeys } from './bridge.fixture.ts'
import { startBridge, wrongSecret } from './started-bridge.fixture.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer[Symbol.asyncDispose]())

describe('secrets', () => {
  test('are in no line, answer, metric or inspection', async () => {
    await using origin = await startFaultServer()
    origin.next(answer({ status: 401 }), answer({ status: 403 }))
    const { clientSecret } = issuer.clients.client_secret_post
    const started = await startBridge({
      pacs: serverKeys(origin.url, issuer),
      broken: wrongSecret(`${origin.url}/broken`, issuer),
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
