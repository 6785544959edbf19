import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  answer,
  blackHole,
  certificates,
  garbage,
  hang,
  redirect,
  refusingPort,
  reset,
  resetInBody,
  startFaultServer,
  temporaryFolder,
  truncate,
} from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { connectionsTo, get, PASSWORD, raw, settled, startProxy } from './proxy.fixture.ts'
import { upstreamLimits } from './upstream-limits.ts'

const BODY = 'x'.repeat(30_000)
/** More than all buffers on the way hold. */
const STUDY = 32 * 2 ** 20

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

describe('BRG-F16: a redirect', () => {
  test.each([301, 302, 303, 307, 308] as const)(
    '%i to another origin is neither followed nor passed on',
    async (status) => {
      await using origin = await startFaultServer()
      await using elsewhere = await startFaultServer()
      origin.always(redirect(`${elsewhere.url}/dicom-web/studies?signature=canary`, status))
      await using proxy = await startProxy(`${origin.url}/dicom-web`)
      const got = await get(`${proxy.url}/pacs/studies`)
      expect([got.status, got.headers.location]).toEqual([502, undefined])
      expect(JSON.parse(got.body.toString())).toMatchObject({ error_code: 'NET-101' })
      expect(got.body.toString()).not.toContain('canary')
      expect(await connectionsTo(elsewhere)).toBe(0)
      await origin.requests[0]?.closed
    },
  )

  test('to the same server leads through the bridge', async () => {
    await using origin = await startFaultServer()
    origin.next(redirect(`${origin.url}/dicom-web/studies/?limit=1`, 308))
    await using proxy = await startProxy(`${origin.url}/dicom-web`)
    const { status, headers } = await get(`${proxy.url}/pacs/studies`)
    expect([status, headers.location]).toEqual([308, '/pacs/studies/?limit=1'])
    expect(origin.requests).toHaveLength(1)
  })

  test('a Location that is none, of a 201, stays as it is', async () => {
    await using origin = await startFaultServer()
    origin.next(answer({ status: 201, headers: { location: 'https://elsewhere/1' } }))
    await using proxy = await startProxy(origin.url)
    expect((await get(`${proxy.url}/pacs/studies`, { method: 'POST' })).headers.location).toBe('https://elsewhere/1')
  })
})

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

test('PRC-F6: what goes wrong while something that went wrong is told ends one exchange, not the process', async () => {
  await using port = await refusingPort()
  await using proxy = await startProxy(`http://127.0.0.1:${port.port}`)
  proxy.events.once('failed', () => {
    proxy.events.once('failed', () => {
      throw new Error('A listener that fails')
    })
    throw new Error('A listener that fails')
  })
  await expect(get(`${proxy.url}/pacs/studies`)).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(502)
})

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
      await using proxy = await startProxy(origin.url, { verifySsl: kind === 'server' || caFile })
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

describe('the connection to the server', () => {
  test('trusts the CA bundle of VerifySSL', async () => {
    const { ca, server } = await certificates()
    await using origin = await startFaultServer({ tls: server })
    await using folder = await temporaryFolder()
    const verifySsl = join(folder.path, 'ca.pem')
    await writeFile(verifySsl, ca.certificate)
    await using proxy = await startProxy(origin.url, { verifySsl })
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(200)
  })

  test('verifies nothing where VerifySSL is false', async () => {
    const { selfSigned } = await certificates()
    await using origin = await startFaultServer({ tls: selfSigned })
    await using proxy = await startProxy(origin.url, { verifySsl: false })
    expect((await get(`${proxy.url}/pacs/studies`)).status).toBe(200)
  })

  test('names the key of a CA bundle that cannot be read', async () => {
    await expect(startProxy('https://127.0.0.1/', { verifySsl: '/nowhere/ca.pem' })).rejects.toMatchObject({
      code: 'CFG-102',
      message: expect.stringContaining('VerifySSL'),
    })
  })
})
