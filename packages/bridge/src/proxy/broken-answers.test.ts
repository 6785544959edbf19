import { answer, resetInBody, startFaultServer, truncate } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { get, PASSWORD, raw, startProxy } from './proxy.fixture.ts'

const BODY = 'x'.repeat(30_000)

/** Node 22 reads a plain end where a reset comes right behind the last bytes. Node 24 tells them apart. */
const resetsLookLikeEnds = Number(process.versions.node.split('.')[0]) < 24

describe('BRG-F11: an answer that breaks off', () => {
  test.each([
    ['a reset, with a length', resetInBody({ body: BODY }, 10_000)],
    ['a reset, chunked', resetInBody({ body: BODY, framing: 'chunked' }, 10_000)],
    ['an early end, with a length', truncate({ body: BODY }, 10_000)],
    ['an early end, chunked', truncate({ body: BODY, framing: 'chunked' }, 10_000)],
  ])('%s: the client’s connection is reset, never ended', async (_, behaviour) => {
    await using origin = await startFaultServer()
    origin.next(behaviour)
    await using proxy = await startProxy(origin.url)
    const { status, error } = await get(`${proxy.url}/pacs/studies`)
    expect(status).toBe(200)
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  test.skipIf(resetsLookLikeEnds)('a reset, where the end of the connection is the end of the answer', async () => {
    await using origin = await startFaultServer()
    origin.next(resetInBody({ body: BODY, framing: 'close' }, 10_000))
    await using proxy = await startProxy(origin.url)
    const { error } = await get(`${proxy.url}/pacs/studies`)
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  test.skipIf(resetsLookLikeEnds)(
    'a client of HTTP/1.0, which takes the end of the connection for the end of the answer, sees a reset too',
    async () => {
      await using origin = await startFaultServer()
      origin.next(resetInBody({ body: BODY, framing: 'chunked' }, 10_000))
      await using proxy = await startProxy(origin.url)
      const got = await raw(proxy.port, `GET /pacs/x HTTP/1.0\r\nAuthorization: ${PASSWORD}\r\n\r\n`)
      expect(got.reset).toBe(true)
    },
  )

  test('an answer that ends with its connection, and is whole, is whole for the client', async () => {
    await using origin = await startFaultServer()
    origin.next(answer({ body: BODY, framing: 'close' }))
    await using proxy = await startProxy(origin.url)
    const { body, error } = await get(`${proxy.url}/pacs/studies`)
    expect([body.length, error]).toEqual([BODY.length, undefined])
  })
})
