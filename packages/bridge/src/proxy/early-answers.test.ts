import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { answer, type Exchange, earlyAnswer, startFaultServer, startProcess } from '@orthanc-oauth/testing'
import { describe, expect, test, vi } from 'vitest'
import { fixedAuthorizer, get, PASSWORD, settled, startProxy } from './proxy.fixture.ts'

const MIB = 2 ** 20
/** More than the buffers of all sockets on the way hold. */
const STUDY = 16 * MIB

/** An upload of which the test sends the second half when it likes. */
async function begunUpload(url: string, length = STUDY) {
  const made = request(`${url}/pacs/studies`, {
    method: 'POST',
    headers: { Authorization: PASSWORD, 'Content-Length': length },
    agent: false,
  })
  made.on('error', () => {})
  const answered = once(made, 'response').then(([got]) => got as IncomingMessage)
  answered.catch(() => {}) // looked at by whoever cares
  made.write(Buffer.alloc(length / 2))
  return { made, answered, finish: () => made.end(Buffer.alloc(length / 2)) }
}

/** A server that answers every head at once with this, and goes on reading. */
const atOnce = (head: string) => async (exchange: Exchange) => {
  await exchange.write(head)
  await exchange.readBody()
}

describe('a refusal that comes before the body is through', () => {
  // In a process of its own, because it must answer while this one sends; of node:http, because that closes at once.
  const REFUSING = `
    const server = require('node:http').createServer((request, response) => {
      response.writeHead(401, { 'Content-Length': 3 }).end('bad')
      request.resume().on('error', () => {})
    })
    server.listen(0, '127.0.0.1', () => console.log('port', server.address().port))`

  test('TOK-F17: reaches the client and the authorizer, of a server that goes on reading', async () => {
    await using origin = await startProcess(process.execPath, ['-e', REFUSING])
    const [, port] = await origin.output(/port (\d+)/)
    const { authorizer, answers } = fixedAuthorizer()
    await using proxy = await startProxy(`http://127.0.0.1:${port}`, { authorizer })
    const statuses: number[] = []
    const uploads = 8 // because nothing can force the race that one of them may win
    for (let upload = 0; upload < uploads; upload++)
      statuses.push((await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, Buffer.alloc(5 * MIB))).status)
    expect(statuses).toEqual(Array(uploads).fill(401))
    expect(answers).toEqual(statuses)
    expect(proxy.failures).toEqual([])
  })

  test('says that the connection ends there, and it does', async () => {
    await using origin = await startFaultServer()
    origin.next(earlyAnswer({ status: 413, body: 'too large' }, { afterwards: 'read', readFirst: 1_000 }))
    await using proxy = await startProxy(origin.url)
    const { made, answered } = await begunUpload(proxy.url)
    const closed = once(made, 'close')
    const got = await answered
    expect([got.statusCode, got.headers.connection, await text(got)]).toEqual([413, 'close', 'too large'])
    await closed
    expect(made.socket?.destroyed).toBe(true)
  })

  test('to a request without a body leaves the connection as it is', async () => {
    await using origin = await startFaultServer()
    origin.next(answer({ status: 404 }))
    await using proxy = await startProxy(origin.url)
    const { rawHeaders } = await get(`${proxy.url}/pacs/studies`, { headers: { Connection: 'keep-alive' } })
    expect(rawHeaders.join().toLowerCase()).not.toContain('close')
  })
})

describe('BRG-F11: good news that comes before the body is through', () => {
  test.each([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok'],
    ['with a length of none', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', ''],
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', 'ok'],
  ])('%s, is not over before the whole body has been sent', async (_, head, body) => {
    await using origin = await startFaultServer()
    origin.next(atOnce(head))
    await using proxy = await startProxy(origin.url)
    const { answered, finish } = await begunUpload(proxy.url)
    const got = await answered
    let over = false
    const whole = text(got).finally(() => {
      over = true
    })
    await settled(() => origin.requests[0]?.bodyBytes ?? 0)
    expect(over).toBe(false)
    finish()
    expect(await whole).toBe(body)
    await vi.waitFor(() => expect(origin.requests[0]?.bodyBytes).toBe(STUDY))
    await vi.waitFor(() => expect(proxy.exchanges).toMatchObject([{ status: 200, complete: true }]))
  })

  test('and has no body, waits for it', async () => {
    await using origin = await startFaultServer()
    origin.next(atOnce('HTTP/1.1 204 No Content\r\n\r\n'))
    await using proxy = await startProxy(origin.url)
    const { answered, finish } = await begunUpload(proxy.url)
    let answeredYet = false
    void answered.then(() => {
      answeredYet = true
    })
    await settled(() => origin.requests[0]?.bodyBytes ?? 0)
    expect(answeredYet).toBe(false)
    finish()
    expect((await answered).statusCode).toBe(204)
    await vi.waitFor(() => expect(origin.requests[0]?.bodyBytes).toBe(STUDY))
  })

  test.each([
    ['resets', (exchange: Exchange) => exchange.reset()],
    ['closes', (exchange: Exchange) => exchange.close()],
  ])('breaks off where the server then %s the connection', async (_, leave) => {
    await using origin = await startFaultServer()
    origin.next(async (exchange) => {
      await exchange.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      await exchange.readBody(STUDY / 4)
      leave(exchange)
    })
    await using proxy = await startProxy(origin.url)
    const { answered } = await begunUpload(proxy.url)
    await expect(answered.then((got) => buffer(got))).rejects.toMatchObject({ code: 'ECONNRESET' })
    await vi.waitFor(() => expect(proxy.exchanges).toMatchObject([{ complete: false }]))
  })
})
