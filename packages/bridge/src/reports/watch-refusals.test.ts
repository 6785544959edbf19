import { answer, type Issuer, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverKeys } from '../bridge.fixture.ts'
import { startBridge } from '../started-bridge.fixture.ts'

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer[Symbol.asyncDispose]())

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
