import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { certificates } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { answer } from './behaviours/answer.ts'
import { reset, resetInBody } from './behaviours/broken.ts'
import { garbageConnection } from './connection-behaviours.ts'
import { startFaultServer } from './fault-server.ts'
import { send } from './plain-client.ts'

describe('in front of another server', () => {
  test('a request and its answer pass byte for byte, on a connection that is kept', async () => {
    await using target = await startFaultServer()
    await using server = await startFaultServer({ target: target.url })
    const body = 'x'.repeat(100_000)
    target.next(answer({ body, framing: 'chunked' }), answer({ status: 404, body: 'no' }))
    const chunked =
      'POST /x HTTP/1.1\r\nHoSt:  h \r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\nX-T: 1\r\n\r\n'
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`${chunked}GET /y HTTP/1.1\r\n\r\n`)
    let text = ''
    for await (const piece of socket) {
      text += piece
      if (text.endsWith('\r\n\r\nno')) break
    }
    expect(text.startsWith('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\nxxx')).toBe(true)
    const [seen, again] = target.requests
    expect(`${seen?.head}`).toBe(chunked.slice(0, chunked.indexOf('3;ext')))
    expect([seen?.text(), seen?.trailers, seen?.connection]).toEqual(['abc', [['X-T', '1']], 1])
    expect([again?.target, again?.connection]).toEqual(['/y', 1])
    expect(server.bytesReceived).toBe(target.bytesReceived)
  })

  test('10 MiB arrive with their hash, and an Expect is answered by the target', async () => {
    const origin = createServer((incoming, outgoing) => {
      const hash = createHash('sha256')
      incoming.on('data', (piece) => hash.update(piece))
      incoming.on('end', () => outgoing.end(hash.digest('hex')))
    }).listen(0, '127.0.0.1')
    await once(origin, 'listening')
    await using server = await startFaultServer({
      target: `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
    })
    const body = Buffer.alloc(10 << 20, 'dicom')
    const outgoing = request(server.url, { method: 'POST', agent: false, headers: { expect: '100-continue' } })
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    outgoing.end(body)
    const [incoming] = await once(outgoing, 'response')
    const sha256 = createHash('sha256').update(body).digest('hex')
    expect(`${await incoming.toArray()}`).toBe(sha256)
    expect(server.requests[0]?.bodySha256).toBe(sha256)
    origin.close()
  })

  test('a target that speaks TLS is reached by it', async () => {
    await using target = await startFaultServer({ tls: (await certificates()).server })
    await using server = await startFaultServer({ target: target.url })
    target.next(answer({ body: 'inside' }))
    expect((await send(server.url)).body.toString()).toBe('inside')
  })

  test('a target that is gone is seen as a reset', async () => {
    const target = await startFaultServer()
    await using server = await startFaultServer({ target: target.url })
    await target[Symbol.asyncDispose]()
    await expect(send(server.url)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('a reset by the target is passed on', async () => {
    await using target = await startFaultServer()
    await using server = await startFaultServer({ target: target.url })
    target.next(resetInBody({ body: 'x'.repeat(1_000) }, 300))
    const { body, error } = await send(server.url)
    expect([body.length, error?.code]).toEqual([300, 'ECONNRESET'])
  })
})

describe('TLS', () => {
  test('requests are seen inside TLS, and resets work there too', async () => {
    const {
      ca: { certificate: ca },
      server: tls,
    } = await certificates()
    await using server = await startFaultServer({ tls })
    server.next(answer({ body: 'inside' }), reset(), resetInBody({ body: 'x'.repeat(1_000) }, 300))
    expect((await send(server.url, { ca })).body.toString()).toBe('inside')
    await expect(send(server.url, { ca })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await send(server.url, { ca })).error?.code).toBe('ECONNRESET')
    expect(server.requests.length).toBe(3)
  })

  test.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)('a certificate that is %s is refused by its client: %s', async (kind, code) => {
    const all = await certificates()
    await using server = await startFaultServer({ tls: all[kind] })
    await expect(send(server.url, { ca: all.ca.certificate })).rejects.toMatchObject({ code })
    expect(server.bytesReceived).toBe(0)
  })

  test('garbage in the place of a handshake is a TLS error', async () => {
    const {
      ca: { certificate: ca },
      server: tls,
    } = await certificates()
    await using server = await startFaultServer({ tls })
    server.nextConnections(garbageConnection)
    await expect(send(server.url, { ca })).rejects.toMatchObject({ code: 'EPROTO' })
  })
})
