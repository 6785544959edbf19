import { OrthancOAuthError, type RequestAuthorizer } from '@orthanc-oauth/core'
import { startFaultServer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { connectionsTo, fixedAuthorizer, get, PASSWORD, raw, startProxy, TOKEN } from './proxy.fixture.ts'

const request = (...fields: string[]) =>
  ['GET /pacs/studies HTTP/1.1', 'Host: bridge', `Authorization: ${PASSWORD}`, ...fields, '', ''].join('\r\n')

/** An authorizer that fails as a manager without a token does. */
function refusing(error: unknown): RequestAuthorizer {
  return {
    ...fixedAuthorizer(),
    body: 'nothing',
    authorize: () => Promise.reject(error),
  } as unknown as RequestAuthorizer
}

describe('what the server sees', () => {
  test.each([
    ['Connection: close, authorization'],
    ['Connection: close', 'Connection: Authorization'],
    ['Connection: close', 'authorization_: x', 'AUTHORIZATION: y'],
    ['Connection: close', 'Proxy-Authorization: Basic eDp5', 'Proxy_Authorization: z'],
    ['Connection: close, host, content-length, transfer-encoding'],
  ])('BRG-F04: with %s it is one Authorization, the authorizer’s, and one Host', async (...fields) => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    await raw(proxy.port, request(...fields))
    const [seen] = await origin.seen(1)
    expect(seen?.headers.filter(([name]) => /auth/i.test(name))).toEqual([['authorization', `Bearer ${TOKEN}`]])
    expect(seen?.values('host')).toEqual([new URL(origin.url).host])
    expect(seen?.head.toString('latin1')).not.toContain(PASSWORD)
  })

  test('BRG-F05: nothing of the client’s network and credentials, everything else in its order and spelling', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const kept = ['Accept: application/dicom+json', 'X-Odd: 1', 'x-odd: 2', 'ACCEPT: */*', 'X-Latin: \u00e4']
    const dropped = [
      ...[
        'X-Forwarded-For: 10.0.0.1',
        'X_Forwarded_For: 10.0.0.1',
        'x-forwarded-host: evil',
        'Forwarded: for=10.0.0.1',
      ],
      ...['Cookie: session=1', 'TE: trailers', 'Keep-Alive: timeout=5', 'Proxy-Connection: keep-alive', 'X-Hop: 1'],
    ]
    await raw(proxy.port, request('Connection: close, X-Hop', ...kept, ...dropped))
    const [seen] = await origin.seen(1)
    const own = ['host', 'authorization', 'connection']
    expect(
      seen?.headers.filter(([name]) => !own.includes(name.toLowerCase())).map((field) => field.join(': ')),
    ).toEqual(kept)
  })

  test('API-management keys of the configuration are sent, in place of what the client says', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url, { configured: ['ocp-apim-subscription-key', 'key'] })
    await get(`${proxy.url}/pacs/x`, { headers: { 'Ocp-Apim-Subscription-Key': 'guess' } })
    expect(origin.requests[0]?.values('ocp-apim-subscription-key')).toEqual(['key'])
  })

  test('the authorizer is asked about the request as it will be sent', async () => {
    await using origin = await startFaultServer()
    const { authorizer, heads } = fixedAuthorizer()
    await using proxy = await startProxy(`${origin.url}/a%20b`, { authorizer })
    await get(`${proxy.url}/pacs/s%74udies?q=%2f`, { method: 'POST', headers: { 'X-Odd': '1' } }, 'four')
    await get(`${proxy.url}/pacs/x`)
    await get(`${proxy.url}/pacs/y`, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } }, 'four')
    expect(heads.map(({ method, url, length }) => [method, url, length])).toEqual([
      ['POST', `${origin.url}/a%20b/s%74udies?q=%2f`, 4],
      ['GET', `${origin.url}/a%20b/x`, 0],
      ['POST', `${origin.url}/a%20b/y`, undefined],
    ])
    expect(heads[0]?.headers).toEqual({ 'x-odd': '1' })
  })

  test.each([
    ['none', {}],
    ['two', { authorization: 'Bearer a', Authorization: 'Bearer b' }],
  ])('nothing, where a foreign authorizer gives %s', async (_, headers) => {
    await using origin = await startFaultServer()
    const authorize = async () => ({ headers, answered: () => undefined })
    const authorizer: RequestAuthorizer = Object.create(fixedAuthorizer().authorizer, {
      authorize: { value: authorize },
    })
    await using proxy = await startProxy(origin.url, { authorizer })
    const { status, body } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, 'study')
    expect([status, JSON.parse(body.toString()).error_code]).toEqual([502, 'INT-001'])
    expect(await connectionsTo(origin)).toBe(0)
  })

  test('a trailer named Authorization goes nowhere', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url)
    const fields = ['Transfer-Encoding: chunked', 'Trailer: Authorization', 'Connection: close']
    const body = '4\r\nfour\r\n0\r\nAuthorization: Bearer evil\r\n\r\n'
    await raw(proxy.port, request(...fields).replace('GET', 'POST') + body)
    const [seen] = await origin.seen(1)
    await seen?.ended
    expect([seen?.text(), seen?.trailers, seen?.values('trailer')]).toEqual(['four', [], []])
    expect(seen?.values('authorization')).toEqual([`Bearer ${TOKEN}`])
  })
})

describe('BRG-F14: without a token', () => {
  test('it is 503 with the error and its Retry-After, and zero bytes go upstream', async () => {
    await using origin = await startFaultServer()
    const error = new OrthancOAuthError('AUTH-001', 'The issuer refused the client', { retryAfter: 59_001 })
    await using proxy = await startProxy(origin.url, { authorizer: refusing(error) })
    const { status, headers, body } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, 'study')
    expect([status, headers['retry-after'], headers['content-type']]).toEqual([503, '60', 'application/json'])
    expect(JSON.parse(body.toString())).toEqual(JSON.parse(JSON.stringify(error)))
    expect(await connectionsTo(origin)).toBe(0)
    expect(proxy.failures).toEqual([error])
  })

  test('it says 5 s where nobody knows more', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url, { authorizer: refusing(new OrthancOAuthError('TOK-001', 'x')) })
    expect((await get(`${proxy.url}/pacs/studies`)).headers['retry-after']).toBe('5')
  })

  test('an error that is not ours shows nothing of itself', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url, { authorizer: refusing(new Error('canary in a message')) })
    const { status, body } = await get(`${proxy.url}/pacs/studies`)
    expect(status).toBe(503)
    expect(JSON.parse(body.toString())).toMatchObject({ error_code: 'INT-001' })
    expect(body.toString()).not.toContain('canary')
    expect(await connectionsTo(origin)).toBe(0)
  })
})
