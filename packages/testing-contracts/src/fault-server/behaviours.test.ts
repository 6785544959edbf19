import { once } from 'node:events'
import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { answer, earlyAnswer, json, redirect } from './behaviours/answer.ts'
import { garbage, reset, resetInBody, resetInHead, truncate } from './behaviours/broken.ts'
import { compressedBomb, huge } from './behaviours/bulk.ts'
import { delay, drip, hang, withoutContinue } from './behaviours/slow.ts'
import { garbageConnection, hangConnection, resetConnection } from './connection-behaviours.ts'
import { startFaultServer } from './fault-server.ts'
import { send } from './plain-client.ts'

const LENGTHS_KNOWN = ['length', 'chunked'] as const

describe('what a client sees', () => {
  test('an answer has the status, the fields and the body that it was given', async () => {
    await using server = await startFaultServer()
    server.next(answer({ status: 503, headers: { 'retry-after': '7', 'x-two': ['a', 'b'] }, body: 'busy' }))
    const { status, headers, body } = await send(server.url)
    expect([status, headers['retry-after'], headers['x-two'], body.toString()]).toEqual([503, '7', 'a, b', 'busy'])
  })

  test('behaviours are used once each, in turn, then the one for always', async () => {
    await using server = await startFaultServer()
    server.next(answer({ status: 500 }), answer({ status: 429 }))
    server.nextAt('/token', json({ access_token: 'x' }))
    server.always(answer({ status: 204 }))
    const statuses = []
    for (const path of ['/', '/token?a=b', '/', '/token']) statuses.push((await send(server.url + path)).status)
    expect(statuses).toEqual([500, 200, 429, 204])
  })

  test('a delayed answer comes no sooner', async () => {
    await using server = await startFaultServer()
    server.next(delay(120, answer()))
    const start = performance.now()
    await send(server.url)
    expect(performance.now() - start).toBeGreaterThan(115)
  })

  test('a dripping body takes as long as its pieces take together', async () => {
    await using server = await startFaultServer()
    server.next(drip({ body: 'x'.repeat(30) }, { bytes: 10, interval: 40 }))
    const start = performance.now()
    const { body } = await send(server.url)
    expect(body.length).toBe(30)
    expect(performance.now() - start).toBeGreaterThan(3 * 40 - 5)
  })

  test.each([true, false])(
    'a hanging server never answers (reads the body: %s), and sees its client go',
    async (readBody) => {
      await using server = await startFaultServer()
      server.next(hang({ readBody }))
      const given = new AbortController()
      const sent = send(server.url, { method: 'POST', signal: given.signal }, 'body')
      const [seen] = await server.seen(1)
      if (readBody) await seen?.ended
      given.abort()
      await expect(sent).rejects.toThrow('aborted')
      await seen?.closed
      expect(seen?.bodyComplete).toBe(readBody)
    },
  )

  test('a hanging server that does not read lets its client feel full buffers', async () => {
    await using server = await startFaultServer()
    server.next(hang({ readBody: false }))
    const outgoing = request(server.url, { method: 'POST', agent: false })
    outgoing.on('error', () => {})
    let written = 0
    const piece = Buffer.alloc(1 << 20)
    outgoing.write('x')
    await server.seen(1)
    for (let full = false; !full; written += piece.length) {
      full = !outgoing.write(piece) && !(await settlesSoon(once(outgoing, 'drain')))
    }
    expect(written).toBeLessThan(64 << 20)
    outgoing.destroy()
  })

  test('a reset before the head, and one in it, is ECONNRESET without an answer', async () => {
    await using server = await startFaultServer()
    server.next(reset(), resetInHead())
    await expect(send(server.url, { method: 'POST' }, 'body')).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(send(server.url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(server.requests[0]?.bodyComplete).toBe(true)
  })

  /** Node 22 reads a plain end where a reset comes right behind the last bytes; the framing tells it all the same. */
  const framings =
    Number(process.versions.node.split('.')[0]) < 24 ? LENGTHS_KNOWN : [...LENGTHS_KNOWN, 'close' as const]

  test.each(framings)('a reset in the body (%s) comes after its first bytes', async (framing) => {
    await using server = await startFaultServer()
    server.next(resetInBody({ body: 'x'.repeat(1_000), framing }, 400))
    const { status, body, error } = await send(server.url)
    expect([status, body.length, error?.code]).toEqual([200, 400, 'ECONNRESET'])
  })

  test.each(['length', 'chunked'] as const)(
    'a truncated body (%s) ends the connection before its end',
    async (framing) => {
      await using server = await startFaultServer()
      server.next(truncate({ body: 'x'.repeat(1_000), framing }, 400))
      const { body, error } = await send(server.url)
      expect([body.length, error?.message]).toEqual([400, 'aborted'])
    },
  )

  test('a huge body has the stated length, and can be left in the middle', async () => {
    await using server = await startFaultServer()
    server.next(huge(3_000_001), huge(2 ** 40))
    expect((await send(server.url)).body.length).toBe(3_000_001)
    const outgoing = request(server.url, { agent: false }).end()
    const [incoming] = await once(outgoing, 'response')
    expect(incoming.headers['content-length']).toBe(String(2 ** 40))
    await once(incoming, 'data')
    outgoing.destroy()
    await server.requests[1]?.closed
  })

  test('a compressed bomb is small on the wire', async () => {
    await using server = await startFaultServer()
    server.next(compressedBomb(20 << 20))
    const { headers, body } = await send(server.url)
    expect(headers['content-encoding']).toBe('gzip')
    expect(body.length).toBeLessThan(40_000)
    expect(gunzipSync(body).length).toBe(20 << 20)
  })

  test('a redirect leads where it was told', async () => {
    await using server = await startFaultServer()
    server.next(redirect('http://elsewhere.test/', 307))
    const { status, headers } = await send(server.url)
    expect([status, headers.location]).toEqual([307, 'http://elsewhere.test/'])
  })

  test('garbage is not parsed as HTTP', async () => {
    await using server = await startFaultServer()
    server.next(garbage())
    await expect(send(server.url)).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT' })
  })

  test('connections can be reset, left alone or answered with garbage before HTTP', async () => {
    await using server = await startFaultServer()
    server.nextConnections(resetConnection, garbageConnection, hangConnection)
    await expect(send(server.url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(send(server.url)).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT' })
    await expect(send(server.url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'ABORT_ERR' })
    expect([server.connections, server.requests.length, server.bytesReceived]).toEqual([3, 0, 0])
  })
})

describe('Expect: 100-continue', () => {
  const options = { method: 'POST', headers: { expect: '100-continue', 'content-length': 4 } }

  test('an ordinary answer is preceded by a 100, after which the body comes', async () => {
    await using server = await startFaultServer()
    const outgoing = request(server.url, { ...options, agent: false })
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    outgoing.end('body')
    await once(outgoing, 'response')
    expect(server.requests[0]?.text()).toBe('body')
  })

  test('it can be ignored: the answer comes after the body without a 100', async () => {
    await using server = await startFaultServer()
    server.next(withoutContinue(answer({ status: 201 })))
    const outgoing = request(server.url, { ...options, agent: false })
    let continued = false
    outgoing.on('continue', () => {
      continued = true
    })
    outgoing.flushHeaders()
    await server.seen(1)
    outgoing.end('body')
    const [incoming] = await once(outgoing, 'response')
    expect([incoming.statusCode, continued]).toEqual([201, false])
  })

  test('an early answer comes on the head alone, and can close', async () => {
    await using server = await startFaultServer()
    server.next(earlyAnswer({ status: 401 }, { afterwards: 'close' }))
    const outgoing = request(server.url, { ...options, agent: false })
    outgoing.flushHeaders()
    const [incoming] = await once(outgoing, 'response')
    incoming.resume()
    await server.requests[0]?.closed
    expect([incoming.statusCode, server.requests[0]?.bodyBytes]).toEqual([401, 0])
    expect(server.requests[0]?.bodyComplete).toBe(false)
    outgoing.destroy()
  })

  test('an early answer can come in the middle of the body, which is then read to its end', async () => {
    await using server = await startFaultServer()
    server.next(earlyAnswer({ status: 507 }, { afterwards: 'read', readFirst: 1_000 }))
    const outgoing = request(server.url, { method: 'POST', agent: false })
    outgoing.write(Buffer.alloc(1_000))
    const [incoming] = await once(outgoing, 'response')
    outgoing.end(Buffer.alloc(500))
    await server.requests[0]?.ended
    expect([incoming.statusCode, server.requests[0]?.bodyBytes]).toEqual([507, 1_500])
  })
})

/** Whether a promise settles within the time that loopback takes many times over. */
function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
  ])
}
