import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { answer, startFaultServer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { get, PASSWORD, settled, startProxy } from './proxy.fixture.ts'

/** More than all buffers on the way hold. */
const STUDY = 32 * 2 ** 20

describe('an answer', () => {
  test('keeps its status, reason, fields and their order', async () => {
    await using origin = await startFaultServer()
    origin.next(
      answer({
        status: 409,
        headers: { 'X-Two': ['1', '2'], Warning: '299 x "y"', 'Set-Cookie': 'a=b', Upgrade: 'h2' },
        body: '{}',
      }),
    )
    await using proxy = await startProxy(origin.url)
    const { status, rawHeaders } = await get(`${proxy.url}/pacs/studies`)
    expect(status).toBe(409)
    expect(rawHeaders.slice(0, 8)).toEqual(['X-Two', '1', 'X-Two', '2', 'Warning', '299 x "y"', 'Content-Length', '2'])
    expect(rawHeaders.join().toLowerCase()).not.toMatch(/set-cookie|upgrade/)
  })

  test.each([204, 304])('of %i has no body and no framing of its own', async (status) => {
    await using origin = await startFaultServer()
    origin.next(answer({ status }))
    await using proxy = await startProxy(origin.url)
    const got = await get(`${proxy.url}/pacs/studies`)
    expect([got.status, got.body.length, got.headers['transfer-encoding']]).toEqual([status, 0, undefined])
  })

  test.each([
    ['bad news ends the taking of the body', 413],
    ['good news does not', 200],
  ])('that begins before the body is through: %s', async (_, status) => {
    await using origin = await startFaultServer()
    const finish = Promise.withResolvers<void>()
    origin.next(async (exchange) => {
      await exchange.write(`HTTP/1.1 ${status} X\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n`)
      exchange.readBody().catch(() => {})
      await finish.promise
      await exchange.write('0\r\n\r\n')
    })
    await using proxy = await startProxy(origin.url)
    const answered = Promise.withResolvers<void>()
    async function* study() {
      yield Buffer.alloc(1_000)
      await answered.promise
      yield Buffer.alloc(STUDY - 1_000)
    }
    const made = request(`${proxy.url}/pacs/x`, { method: 'POST', headers: { Authorization: PASSWORD }, agent: false })
    made.on('error', () => {})
    Readable.from(study(), { objectMode: false }).pipe(made)
    const [got] = await once(made, 'response')
    answered.resolve()
    const taken = await settled(() => origin.requests[0]?.bodyBytes ?? 0)
    expect(taken === STUDY).toBe(status === 200)
    finish.resolve()
    expect(await text(got)).toBe('body')
    made.destroy()
  })

  test('BRG-F11: with a reason phrase that may not be sent on has none, and ends nothing', async () => {
    await using origin = await startFaultServer()
    origin.next(async (exchange) => {
      await exchange.write('HTTP/1.1 200 O\u0001K\r\nContent-Length: 4\r\n\r\nbody')
    })
    await using proxy = await startProxy(origin.url)
    const { status, body } = await get(`${proxy.url}/pacs/studies`)
    expect([status, body.toString()]).toEqual([200, 'body'])
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(200)
  })

  test.each([
    ['101, without Upgrade', '101 Switching Protocols\r\n'],
    ['a status that is none', '099 X\r\nContent-Length: 0\r\n'],
    ['a coding that is not taken off', '200 OK\r\nTransfer-Encoding: gzip, chunked\r\n'],
  ])('of %s is 502', async (_, head) => {
    await using origin = await startFaultServer()
    origin.next((exchange) => exchange.write(`HTTP/1.1 ${head}\r\n0\r\n\r\n`))
    await using proxy = await startProxy(origin.url)
    const { status, body } = await get(`${proxy.url}/pacs/studies`)
    expect([status, JSON.parse(body.toString()).error_code]).toEqual([502, 'NET-002'])
  })

  test('an interim one is not the answer', async () => {
    await using origin = await startFaultServer()
    origin.next(async (exchange) => {
      await exchange.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n')
      await answer({ body: 'final' })(exchange)
    })
    await using proxy = await startProxy(origin.url)
    const { status, body } = await get(`${proxy.url}/pacs/studies`)
    expect([status, body.toString()]).toEqual([200, 'final'])
  })
})
