import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer, drip, type Exchange, earlyAnswer, fakeClock, hang, startFaultServer } from '@orthanc-oauth/testing'
import { describe, expect, test, vi } from 'vitest'
import { connectionsTo, get, PASSWORD, settled, startProxy } from './proxy.fixture.ts'
import { upstreamLimits } from './upstream-limits.ts'

const MIB = 2 ** 20
const CHUNK = Buffer.alloc(65_536, 'x')
/** Far more than the buffers of all sockets on the way hold, a megabyte or so each. */
const MUCH = 64 * MIB

const headers = { Authorization: PASSWORD }

function* pieces(length: number) {
  for (let left = length; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left)
}

/** Endless; counts what has been taken of it. */
function endless() {
  const taken = { bytes: 0 }
  async function* body() {
    for (;;) {
      taken.bytes += CHUNK.length
      yield CHUNK
    }
  }
  return { taken, body: body() }
}

describe('streaming', () => {
  test('bytes in are bytes out, both ways', async () => {
    await using origin = await startFaultServer()
    const study = randomBytes(20 * MIB)
    origin.always(answer({ body: study, framing: 'chunked' }))
    await using proxy = await startProxy(origin.url)
    const { body } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, study)
    expect(origin.requests[0]?.bodySha256).toBe(createHash('sha256').update(study).digest('hex'))
    expect(body.equals(study)).toBe(true)
  })

  test('a length that the client gave is given to the server, and none where it gave none', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    async function* study() {
      yield Buffer.from('study')
    }
    await get(`${proxy.url}/pacs/studies`, { method: 'POST', headers: { 'Content-Length': '5' } }, 'study')
    await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, study())
    await get(`${proxy.url}/pacs/studies`, { method: 'POST', headers: { 'Content-Length': '0' } })
    await get(`${proxy.url}/pacs/studies`)
    const framing = origin.requests.map((seen) => [
      ...seen.values('content-length'),
      ...seen.values('transfer-encoding'),
    ])
    expect(framing).toEqual([['5'], ['chunked'], ['0'], []])
  })

  test('the head of an answer does not wait for its body', async () => {
    await using origin = await startFaultServer()
    let release = () => {}
    const body = new Promise<void>((resolve) => {
      release = resolve
    })
    origin.next(async (exchange) => {
      await exchange.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n')
      await body
      await exchange.write('body')
    })
    await using proxy = await startProxy(origin.url)
    const made = request(`${proxy.url}/pacs/studies`, { headers, agent: false }).end()
    const [{ statusCode }] = await once(made, 'response')
    expect(statusCode).toBe(200)
    release()
    made.destroy()
  })

  test('BRG-F09: a client that does not read makes the server wait', async () => {
    await using origin = await startFaultServer()
    let written = 0
    origin.next(async (exchange: Exchange) => {
      await exchange.write(`HTTP/1.1 200 OK\r\nContent-Length: ${MUCH}\r\n\r\n`)
      for (; written < MUCH; written += CHUNK.length) await exchange.write(CHUNK)
    })
    await using proxy = await startProxy(origin.url)
    const made = request(`${proxy.url}/pacs/studies`, { headers, agent: false }).end()
    const [got] = await once(made, 'response')
    expect(await settled(() => written)).toBeLessThan(MUCH / 2)
    let read = 0
    for await (const chunk of got) read += chunk.length
    expect(read).toBe(MUCH)
  })

  test('BRG-F09: a server that does not read makes the client wait', async () => {
    await using origin = await startFaultServer()
    origin.next(hang({ readBody: false }))
    await using proxy = await startProxy(origin.url)
    const { taken, body } = endless()
    const abort = new AbortController()
    const sending = get(`${proxy.url}/pacs/studies`, { method: 'POST', signal: abort.signal }, body).catch(() => {})
    await origin.seen(1)
    expect(await settled(() => taken.bytes)).toBeLessThan(MUCH)
    abort.abort()
    await sending
  })

  test.each([
    ['while it waits for the answer', undefined],
    ['in the middle of its body', endless().body],
  ])('BRG-F10: a client that goes %s takes the request to the server with it within 1 s', async (_, body) => {
    await using origin = await startFaultServer()
    origin.next(hang())
    await using proxy = await startProxy(origin.url)
    const abort = new AbortController()
    const sending = get(`${proxy.url}/pacs/studies`, { method: 'POST', signal: abort.signal }, body).catch(() => {})
    const [seen] = await origin.seen(1)
    abort.abort()
    const gone = performance.now()
    await seen?.closed
    expect(performance.now() - gone).toBeLessThan(1_000)
    expect(seen?.bodyComplete).toBe(body === undefined)
    await sending
  })

  test('BRG-F10: a client that goes in the middle of the answer takes it along', async () => {
    await using origin = await startFaultServer()
    origin.next(drip({ body: CHUNK }, { bytes: 1, interval: 10 }))
    await using proxy = await startProxy(origin.url)
    const made = request(`${proxy.url}/pacs/studies`, { headers, agent: false }).end()
    const [got] = await once(made, 'response')
    await once(got, 'data')
    made.destroy()
    await origin.requests[0]?.closed
    await vi.waitFor(() => expect(proxy.exchanges).toMatchObject([{ server: 'pacs', status: 200, complete: false }]))
  })

  test('BRG-F12: an upload may take as long as it moves: three idle limits, piece by piece', async () => {
    await using origin = await startFaultServer()
    const idle = 400
    await using proxy = await startProxy(origin.url, { idle, limits: { ...upstreamLimits, idle } })
    async function* slowly() {
      for (let piece = 0; piece < 12; piece++) {
        await sleep(100)
        yield CHUNK
      }
    }
    const { status } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, slowly())
    expect([status, origin.requests[0]?.bodyBytes]).toEqual([200, 12 * CHUNK.length])
    // What Node counts from the first byte of a request to its last: an upload of 30 min would meet its 300 s.
    expect([proxy.server.requestTimeout, proxy.server.timeout]).toEqual([0, idle])
  })

  test('BRG-F12: one that stands still ends', async () => {
    await using origin = await startFaultServer()
    origin.next(hang())
    await using proxy = await startProxy(origin.url, { idle: 300, limits: { ...upstreamLimits, idle: 60_000 } })
    async function* stalled() {
      yield CHUNK
      await new Promise(() => {})
    }
    await expect(get(`${proxy.url}/pacs/studies`, { method: 'POST' }, stalled())).rejects.toThrow()
    await origin.requests[0]?.closed
    expect(origin.requests[0]?.bodyComplete).toBe(false)
  })

  test('what is left of a body after an answer of our own is taken and dropped, and the connection serves again', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const head = (line: string, ...fields: string[]) =>
      Buffer.from([`${line} HTTP/1.1`, 'Host: bridge', `Authorization: ${PASSWORD}`, ...fields, '', ''].join('\r\n'))
    function* twoRequests() {
      yield head('POST /none/studies', `Content-Length: ${MUCH}`)
      yield* pieces(MUCH)
      yield head('GET /pacs/studies', 'Connection: close')
    }
    const socket = connect(proxy.port, '127.0.0.1')
    Readable.from(twoRequests(), { objectMode: false }).pipe(socket, { end: false })
    const answers = await text(socket)
    expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200'])
  })

  test('what is left of a body after a refusal of the server is taken and dropped, and the connection closed', async () => {
    await using origin = await startFaultServer()
    origin.next(earlyAnswer({ status: 413 }, { afterwards: 'read', readFirst: 1_000 }))
    await using proxy = await startProxy(origin.url)
    const socket = connect(proxy.port, '127.0.0.1')
    const head = `HTTP/1.1\r\nHost: bridge\r\nAuthorization: ${PASSWORD}\r\n`
    function* twoRequests() {
      yield Buffer.from(`POST /pacs/studies ${head}Content-Length: ${MUCH}\r\n\r\n`)
      yield* pieces(MUCH)
      yield Buffer.from(`GET /pacs/studies ${head}\r\n`)
    }
    Readable.from(twoRequests(), { objectMode: false }).pipe(socket, { end: false })
    expect((await text(socket)).match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 413'])
    expect(origin.requests).toHaveLength(1)
  })

  test('what is left of a body is dropped for 5 s, then the connection is closed', async () => {
    await using origin = await startFaultServer()
    const clock = fakeClock()
    await using proxy = await startProxy(origin.url, { clock })
    const made = request(`${proxy.url}/pacs/studies`, { method: 'POST', agent: false })
    made.on('error', () => {})
    const closed = new Promise((resolve) => made.once('close', resolve))
    Readable.from(endless().body, { objectMode: false }).pipe(made)
    const [got] = await once(made, 'response')
    got.resume()
    expect(got.statusCode).toBe(401)
    await clock.advance(5_000)
    await closed
    expect(await connectionsTo(origin)).toBe(0)
  })

  test('Expect: 100-continue is answered when the body is wanted, once, after the token', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const made = request(`${proxy.url}/pacs/studies`, {
      method: 'POST',
      headers: { ...headers, Expect: '100-continue', 'Content-Length': 5 },
      agent: false,
    })
    made.flushHeaders()
    let interim = 0
    made.on('continue', () => interim++)
    await once(made, 'continue')
    made.end('study')
    const [got] = await once(made, 'response')
    got.resume()
    expect([got.statusCode, interim, origin.requests[0]?.text()]).toEqual([200, 1, 'study'])
    expect(origin.requests[0]?.values('expect')).toEqual([])
  })

  test('Expect: 100-continue without the password is 401 and no 100', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const made = request(`${proxy.url}/pacs/studies`, {
      method: 'POST',
      headers: { Expect: '100-continue', 'Content-Length': 5 },
      agent: false,
    })
    made.flushHeaders()
    let interim = 0
    made.on('continue', () => interim++)
    const [got] = await once(made, 'response')
    made.destroy()
    expect([got.statusCode, interim, await connectionsTo(origin)]).toEqual([401, 0, 0])
  })
})
