import { startFaultServer } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { PASSWORD, raw, startProxy } from './proxy.fixture.ts'

const head = (...fields: string[]) =>
  [`GET /pacs/studies HTTP/1.1`, 'Host: bridge', `Authorization: ${PASSWORD}`, ...fields, '', ''].join('\r\n')

test('requests that a connection sends without waiting reach the server one after the other', async () => {
  await using origin = await startFaultServer()
  let open = 0
  let most = 0
  origin.always(async (exchange) => {
    open += 1
    most = Math.max(most, open)
    // Whatever else the proxy has sent by now, it has sent without waiting for this answer.
    await fetch(proxy.url)
    open -= 1
    await exchange.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  })
  await using proxy = await startProxy(origin.url)
  const many = 20 // more than the 10 listeners at which Node warns
  const { text } = await raw(proxy.port, head().repeat(many - 1) + head('Connection: close'))
  expect(text.match(/^HTTP\/1\.1 200/gm)).toHaveLength(many)
  expect([origin.requests.length, most]).toEqual([many, 1])
})

test('what waits for its turn is not begun when the connection is gone', async () => {
  await using origin = await startFaultServer()
  origin.next(async (exchange) => {
    await exchange.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    exchange.reset()
  })
  await using proxy = await startProxy(origin.url)
  await raw(proxy.port, head().repeat(3))
  await fetch(proxy.url)
  expect([origin.requests.length, proxy.exchanges.length]).toEqual([1, 2])
})
