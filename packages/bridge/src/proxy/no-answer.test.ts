import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  answer,
  blackHole,
  certificates,
  garbage,
  hang,
  refusingPort,
  reset,
  startFaultServer,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { get, startProxy } from './proxy.fixture.ts'
import { upstreamLimits } from './upstream-limits.ts'

describe('no answer', () => {
  test('of a port that refuses is 502 with its code', async () => {
    await using port = await refusingPort()
    await using proxy = await startProxy(`http://127.0.0.1:${port.port}/dicom-web`)
    const { status, body } = await get(`${proxy.url}/pacs/studies?PatientName=canary`)
    expect(status).toBe(502)
    expect(JSON.parse(body.toString())).toMatchObject({ error_code: 'NET-002', details: { reason: 'ECONNREFUSED' } })
    expect(body.toString()).not.toContain('canary')
  })

  test.each([
    ['a reset', reset()],
    ['what is not HTTP', garbage()],
  ])('but %s is 502', async (_, behaviour) => {
    await using origin = await startFaultServer()
    origin.next(behaviour)
    await using proxy = await startProxy(origin.url)
    const { status, body } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, 'study')
    expect([status, JSON.parse(body.toString()).error_code]).toEqual([502, 'NET-002'])
    expect(origin.requests).toHaveLength(1)
  })

  test('of a name that is not known is 502', async () => {
    await using proxy = await startProxy('http://nowhere.invalid/dicom-web')
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(502)
  })

  test('of a host that drops packets is 504 when connecting takes too long', async () => {
    await using hole = await blackHole()
    const limits = { ...upstreamLimits, connect: 200 }
    await using proxy = await startProxy(`http://127.0.0.1:${hole.port}`, { limits })
    const { status, body } = await get(`${proxy.url}/pacs/studies`)
    expect([status, JSON.parse(body.toString()).error_code]).toEqual([504, 'NET-001'])
  })

  test('for longer than the idle limit is 504', async () => {
    await using origin = await startFaultServer()
    origin.next(hang())
    await using proxy = await startProxy(origin.url, { limits: { ...upstreamLimits, idle: 200 } })
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(504)
  })

  test.each(['selfSigned', 'expired', 'wrongHost', 'server'] as const)(
    'but a certificate that is not trusted (%s) is 502, and nothing is sent',
    async (kind) => {
      const all = await certificates()
      await using origin = await startFaultServer({ tls: all[kind] })
      await using folder = await temporaryFolder()
      const caFile = join(folder.path, 'ca.pem')
      await writeFile(caFile, all.ca.certificate)
      // The last one is good, but for the system's authorities.
      await using proxy = await startProxy(origin.url, { egress: kind === 'server' ? {} : { caFile } })
      const { status, body } = await get(`${proxy.url}/pacs/studies`)
      expect([status, JSON.parse(body.toString()).error_code]).toEqual([502, 'NET-003'])
      expect(origin.bytesReceived).toBe(0)
    },
  )

  test('after which a reused connection was being closed is asked for again, where asking is safe', async () => {
    await using origin = await startFaultServer()
    origin.next(answer({ body: 'first' }), async (exchange) => exchange.reset(), answer({ body: 'third' }))
    await using proxy = await startProxy(origin.url)
    await get(`${proxy.url}/pacs/studies`)
    expect((await get(`${proxy.url}/pacs/studies`)).body.toString()).toBe('third')
    expect(origin.requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
  })

  test.each([
    ['POST', 'study'],
    ['DELETE', undefined],
  ])('to what is not safe (%s) is never asked for again: it has a connection of its own', async (method, body) => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    await get(`${proxy.url}/pacs/studies`)
    await get(`${proxy.url}/pacs/studies`, { method }, body)
    expect(origin.requests.map(({ connection }) => connection)).toEqual([1, 2])
  })
})
