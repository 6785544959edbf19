import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startFaultServer } from './fault-server.ts'
import { send } from './plain-client.ts'

describe('what the server saw', () => {
  test('method, target, fields and body are kept as they came', async () => {
    await using server = await startFaultServer()
    const body = Buffer.from('grant_type=client_credentials')
    await send(
      `${server.url}/a%2Fb?c=%20`,
      { method: 'PUT', headers: ['X-A', '1', 'x-a', '2', 'Host', 'h', 'Content-Length', '29'] },
      body,
    )
    const [seen] = await server.seen(1)
    expect(seen?.method).toBe('PUT')
    expect(seen?.target).toBe('/a%2Fb?c=%20')
    expect(seen?.headers.slice(0, 3)).toEqual([
      ['X-A', '1'],
      ['x-a', '2'],
      ['Host', 'h'],
    ])
    expect(seen?.values('X-a')).toEqual(['1', '2'])
    expect(seen?.text()).toBe(body.toString())
    expect(seen?.bodySha256).toBe(createHash('sha256').update(body).digest('hex'))
    expect([seen?.bodyBytes, seen?.bodyComplete]).toEqual([29, true])
  })

  test('a chunked body is counted without its framing, and its trailers are kept', async () => {
    await using server = await startFaultServer()
    const outgoing = request(server.url, { method: 'POST', agent: false, headers: { trailer: 'x-sum' } })
    outgoing.write('abc')
    outgoing.write('defg')
    outgoing.addTrailers({ 'X-Sum': '7' })
    outgoing.end()
    await once(outgoing, 'response')
    const [seen] = server.requests
    expect([seen?.text(), seen?.bodyBytes, seen?.trailers]).toEqual(['abcdefg', 7, [['X-Sum', '7']]])
  })

  test('a body that is cut short is said to be incomplete', async () => {
    await using server = await startFaultServer()
    const outgoing = request(server.url, { method: 'POST', agent: false, headers: { 'content-length': 10 } })
    outgoing.on('error', () => {})
    outgoing.write('abc')
    const [seen] = await server.seen(1)
    outgoing.destroy()
    await seen?.ended
    expect([seen?.bodyBytes, seen?.bodyComplete]).toEqual([3, false])
  })

  test('requests on one connection are told from those on two', async () => {
    await using server = await startFaultServer()
    const bytes = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
    const socket = connect(server.port, '127.0.0.1')
    socket.write(bytes + bytes)
    await server.seen(2)
    await send(server.url)
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
    socket.destroy()
  })

  test('bytes that are no HTTP request are counted apart', async () => {
    await using server = await startFaultServer()
    const socket = connect(server.port, '127.0.0.1')
    socket.end('not http\r\n\r\n')
    socket.resume()
    await once(socket, 'close')
    expect([server.malformed, server.requests.length]).toEqual([1, 0])
  })

  test('whoever waits for more requests than come is told so when the server is closed', async () => {
    const server = await startFaultServer()
    const waiting = server.seen(1)
    const told = expect(waiting).rejects.toThrow('after 0 of 1 requests')
    await server[Symbol.asyncDispose]()
    await told
  })

  test('what a behaviour of a test throws fails that test', async () => {
    const server = await startFaultServer()
    server.next(() => Promise.reject(new Error('mistake')))
    await expect(send(server.url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(server[Symbol.asyncDispose]()).rejects.toThrow('behaviour')
  })
})
