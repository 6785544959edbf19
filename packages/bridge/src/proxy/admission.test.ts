import { answer, startFaultServer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { connectionsTo, get, PASSWORD, raw, startProxy } from './proxy.fixture.ts'

const head = (line: string, ...fields: string[]) =>
  [`${line} HTTP/1.1`, 'Host: bridge', 'Connection: close', ...fields, '', ''].join('\r\n')
const admitted = (line: string, ...fields: string[]) => head(line, `Authorization: ${PASSWORD}`, ...fields)

const statusOf = ({ text }: { text: string }) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1])

describe('the data listener refuses', () => {
  test.each([
    ['none', []],
    ['a wrong one', [`Authorization: Basic ${Buffer.from('orthanc:wrong').toString('base64')}`]],
    ['another user', [`Authorization: Basic ${Buffer.from('other:canary-password').toString('base64')}`]],
    ['a bearer', ['Authorization: Bearer canary-password']],
    ['what is not base64', ['Authorization: Basic ###']],
    ['an empty one', ['Authorization: Basic']],
    ['one in another field', [`Proxy-Authorization: ${PASSWORD}`]],
  ])('BRG-F19: a request with %s for a password gets 401, and zero bytes go upstream', async (_, fields) => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const refused: string[] = []
    proxy.events.on('unauthorized', ({ address }) => refused.push(address))
    const got = await raw(proxy.port, head('GET /pacs/studies', ...fields))
    expect(statusOf(got)).toBe(401)
    expect(got.text).toMatch(/^WWW-Authenticate: Basic realm="[^"]+", charset="UTF-8"\r$/m)
    expect(refused).toEqual(['127.0.0.1'])
    expect(await connectionsTo(origin)).toBe(0)
  })

  test.each(['GET /nowhere/x', 'TRACE /pacs/studies', 'GET //evil', 'CONNECT evil:443', 'PATCH /pacs/studies'])(
    'BRG-F19: %s without the password tells nothing but 401',
    async (line) => {
      await using origin = await startFaultServer()
      await using proxy = await startProxy(origin.url)
      expect(statusOf(await raw(proxy.port, head(line)))).toBe(401)
      expect(await connectionsTo(origin)).toBe(0)
    },
  )

  test('BRG-F19: a body without the password is not read upstream, and the connection ends', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const { status } = await get(
      `${proxy.url}/pacs/studies`,
      { method: 'POST', headers: { Authorization: 'x' } },
      'body',
    )
    expect(status).toBe(401)
    expect(await connectionsTo(origin)).toBe(0)
  })

  test.each([
    '//evil/studies',
    'http://evil/pacs/studies',
    'https://evil/pacs/studies',
    '*',
    '/pacs//evil/studies',
    '/pacs/../other',
    '/pacs/%2e%2e/other',
    '/pacs/.%2E/other',
    '/pacs/%252e%252e/other',
    '/pacs/studies%2f..%2f..',
    '/pacs/..;/other',
    '/pacs/studies#x',
    '/pacs\\evil',
    '/pacs/%5cevil',
    '/pacs/%00',
    '/pacs/\u0001',
    '/pacs/\u00e4',
    '/pacs/%c0%ae%c0%ae/',
  ])('BRG-F06: %j gets 400 and goes nowhere', async (target) => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(`${origin.url}/dicom-web`)
    expect(statusOf(await raw(proxy.port, admitted(`GET ${target}`)))).toBe(400)
    expect(await connectionsTo(origin)).toBe(0)
  })

  test.each(['TRACE', 'PATCH', 'PROPFIND'])('BRG-F07: %s gets 405 with what is allowed', async (method) => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const got = await raw(proxy.port, admitted(`${method} /pacs/studies`))
    expect(statusOf(got)).toBe(405)
    expect(got.text).toMatch(/^Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r$/m)
    expect(await connectionsTo(origin)).toBe(0)
  })

  test('BRG-F07: CONNECT becomes no tunnel', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const got = await raw(proxy.port, `${admitted(`CONNECT 127.0.0.1:${origin.port}`)}GET / HTTP/1.1\r\n\r\n`)
    expect(statusOf(got)).toBe(405)
    expect(await connectionsTo(origin)).toBe(0)
  })

  test('BRG-F07: an Upgrade gets 400', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const fields = [`Authorization: ${PASSWORD}`, 'Connection: Upgrade, close', 'Upgrade: websocket']
    expect(statusOf(await raw(proxy.port, head('GET /pacs/studies', ...fields)))).toBe(400)
    expect(await connectionsTo(origin)).toBe(0)
  })

  test('a transfer coding other than chunked gets 501', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const coded = `${admitted('POST /pacs/studies', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`
    expect(statusOf(await raw(proxy.port, coded))).toBe(501)
    expect(await connectionsTo(origin)).toBe(0)
  })

  test('a server that is not configured gets 404', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const { status, body } = await get(`${proxy.url}/nowhere/studies`)
    expect(status).toBe(404)
    expect(JSON.parse(body.toString())).toEqual({ error: "Server 'nowhere' not configured" })
    expect(await connectionsTo(origin)).toBe(0)
  })
})

describe('the data listener passes on', () => {
  test.each([
    ['/pacs/studies', '/dicom-web/studies'],
    [
      '/pacs/studies?PatientName=%C3%84*&a=%2f%5C/../x&b=%0a',
      '/dicom-web/studies?PatientName=%C3%84*&a=%2f%5C/../x&b=%0a',
    ],
    ["/pacs/s%74udies/a:b@c!$&'()*+,;=-._~", "/dicom-web/s%74udies/a:b@c!$&'()*+,;=-._~"],
    ['/pacs/studies/%2f/x', '/dicom-web/studies/%2f/x'],
    ['/pacs?x', '/dicom-web?x'],
    ['/pacs', '/dicom-web'],
    ['/%70acs/{}|^`"<>', '/dicom-web/{}|^`"<>'],
  ])('BRG-F06: %s byte for byte', async (target, expected) => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(`${origin.url}/dicom-web/`)
    expect(statusOf(await raw(proxy.port, admitted(`GET ${target}`)))).toBe(200)
    expect(origin.requests.map((request) => request.target)).toEqual([expected])
  })

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('%s, with its answer', async (method) => {
    await using origin = await startFaultServer()
    origin.always(answer({ status: 202, headers: { 'x-answer': 'yes' }, body: 'answer' }))
    await using proxy = await startProxy(origin.url)
    const { status, headers, body } = await get(`${proxy.url}/pacs/studies`, { method })
    expect([status, headers['x-answer'], headers['content-length']]).toEqual([202, 'yes', '6'])
    expect(body.toString()).toBe(method === 'HEAD' ? '' : 'answer')
    expect(origin.requests.map((request) => request.method)).toEqual([method])
  })
})
