import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { request as requestTls } from 'node:https'
import { answer, hang, json, resetInBody, startFaultServer } from '@orthanc-oauth/testing-contracts'
import { exportJWK, SignJWT } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { certificates } from '../certificates/certificates.ts'
import { startIssuer } from '../issuer/issuer.ts'
import { startDicomWebOrigin } from './dicomweb-origin.ts'

const ISSUER = 'https://issuer.test'
const AUDIENCE = 'https://dicomweb.test'
const KEY_ID = 'key-1'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const seconds = () => Math.floor(Date.now() / 1000)
const claims = () => ({ iss: ISSUER, aud: AUDIENCE, iat: seconds(), exp: seconds() + 60, jti: crypto.randomUUID() })

function sign(payload: Record<string, unknown> = claims(), key: KeyObject | Uint8Array = privateKey, alg = 'RS256') {
  return new SignJWT(payload).setProtectedHeader({ alg, kid: KEY_ID }).sign(key)
}

/** A protected origin in front of a recording server, both for this test alone. */
async function protectedOrigin(options: { leeway?: number } = {}) {
  await using jwks = await startFaultServer()
  const key = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }
  jwks.always(json({ keys: [key] }))
  const behind = await startFaultServer()
  const origin = await startDicomWebOrigin({
    issuer: { issuer: ISSUER, jwksUri: jwks.url, audience: AUDIENCE },
    behind: { dicomWebUrl: `${behind.url}/dicom-web/`, authorization: 'Basic b3J0aGFuYw==' },
    ...options,
  })
  onTestFinished(async () => {
    await origin[Symbol.asyncDispose]()
    await behind[Symbol.asyncDispose]()
  })
  const get = (authorization?: string, path = 'studies') =>
    fetch(origin.dicomWebUrl + path, { headers: authorization === undefined ? {} : { authorization } })
  return { origin, behind, get }
}

describe('what is refused, with not a byte for the server behind', () => {
  const unsigned = (payload: object): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${part({ alg: 'none' })}.${part(payload)}.`
  }
  const publicPem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))
  const { exp: _, ...endless } = claims()

  test.each([
    ['no token', 'missing', () => Promise.resolve(undefined)],
    ['another scheme', 'malformed', async () => `Basic ${btoa('user:password')}`],
    ['what is no JWT', 'malformed', () => Promise.resolve('Bearer opaque')],
    ['alg none', 'algorithm', async () => `Bearer ${unsigned(claims())}`],
    ['HS256 with the public key', 'algorithm', async () => `Bearer ${await sign(claims(), publicPem, 'HS256')}`],
    ['PS256 with the right key', 'algorithm', async () => `Bearer ${await sign(claims(), privateKey, 'PS256')}`],
    ['another key', 'signature', async () => `Bearer ${await sign(claims(), otherKey())}`],
    ['another issuer', 'issuer', async () => `Bearer ${await sign({ ...claims(), iss: `${ISSUER}/` })}`],
    ['another audience', 'audience', async () => `Bearer ${await sign({ ...claims(), aud: 'https://other.test' })}`],
    ['an expired token', 'expired', async () => `Bearer ${await sign({ ...claims(), exp: seconds() })}`],
    ['no expiry', 'malformed', async () => `Bearer ${await sign(endless)}`],
  ] as const)('%s', async (_title, reason, authorization) => {
    const { origin, behind, get } = await protectedOrigin()
    const answered = await get(await authorization())
    expect(answered.status).toBe(401)
    expect(answered.headers.get('www-authenticate')).toBe(
      reason === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"',
    )
    expect(origin.tally).toMatchObject({
      requests: 1,
      refused: { [reason]: 1 },
      unauthenticated: reason === 'missing' ? 1 : 0,
    })
    expect([behind.connections, behind.bytesReceived, origin.tally.tokens.size]).toEqual([0, 0, 0])
  })

  test('two Authorization fields, though both are valid', async () => {
    const { origin, behind } = await protectedOrigin()
    const token = await sign()
    const headers = ['Host', 'h', 'Authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`]
    const [answered] = await once(request(origin.dicomWebUrl, { headers, agent: false }).end(), 'response')
    expect(answered.statusCode).toBe(401)
    expect(origin.tally).toMatchObject({ severalAuthorizations: 1, refused: { several: 1 } })
    expect(behind.connections).toBe(0)
  })

  test('a body that waits for 100-continue never comes', async () => {
    const { origin } = await protectedOrigin()
    const headers = { expect: '100-continue', 'content-length': 5 }
    const outgoing = request(`${origin.dicomWebUrl}studies`, { method: 'POST', headers, agent: false })
    outgoing.on('continue', () => expect.unreachable())
    outgoing.flushHeaders()
    const [answered] = await once(outgoing, 'response')
    expect([answered.statusCode, origin.tally.bytesIn]).toEqual([401, 0])
    outgoing.destroy()
  })

  test('a valid token, where the test says so', async () => {
    const { origin, get } = await protectedOrigin()
    const [one, other] = [await sign(), await sign()]
    origin.refuseNext(1)
    origin.refuseToken(other)
    const statuses = []
    for (const token of [one, one, other, other]) statuses.push((await get(`Bearer ${token}`)).status)
    expect(statuses).toEqual([401, 200, 401, 401])
    expect(origin.tally.refused).toEqual({ forced: 3 })
    expect(origin.tally.tokens.size).toBe(1)
  })
})

describe('what is passed on', () => {
  test('a token that has just expired, within a stated leeway', async () => {
    const { get } = await protectedOrigin({ leeway: 5_000 })
    const late = await sign({ ...claims(), exp: seconds() - 1 })
    expect((await get(`Bearer ${late}`)).status).toBe(200)
  })

  test('target, fields and body as they came, without the token', async () => {
    const { origin, behind } = await protectedOrigin()
    behind.next(
      answer({
        status: 202,
        headers: { 'x-answer': ['a', 'b'], 'content-type': 'application/dicom+json' },
        body: '{}',
      }),
    )
    const headers = ['Host', 'h:1', 'X-Two', '1', 'x-two', '2', 'Authorization', `Bearer ${await sign()}`]
    const url = `${origin.dicomWebUrl}studies/1%2E2?a=%20&&b`
    const outgoing = request(url, { method: 'POST', headers: [...headers, 'Content-Length', '4'], agent: false })
    const [answered] = await once(outgoing.end('body'), 'response')
    expect([answered.statusCode, `${await answered.toArray()}`]).toEqual([202, '{}'])
    expect(answered.headersDistinct['x-answer']).toEqual(['a', 'b'])
    const [seen] = behind.requests
    expect([seen?.method, seen?.target, seen?.text()]).toEqual(['POST', '/dicom-web/studies/1%2E2?a=%20&&b', 'body'])
    expect(seen?.headers.slice(0, 3)).toEqual([
      ['Host', 'h:1'],
      ['X-Two', '1'],
      ['x-two', '2'],
    ])
    expect(seen?.values('authorization')).toEqual(['Basic b3J0aGFuYw=='])
    expect(origin.tally).toMatchObject({ bytesIn: 4, bytesOut: 2, unauthenticated: 0 })
    expect(origin.tally.refused).toEqual({})
  })

  test('a chunked body, after its 100', async () => {
    const { origin, behind } = await protectedOrigin()
    const headers = { expect: '100-continue', authorization: `Bearer ${await sign()}` }
    const outgoing = request(`${origin.dicomWebUrl}studies`, { method: 'POST', headers, agent: false })
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    outgoing.end(Buffer.alloc(1 << 20))
    await once(outgoing, 'response')
    expect(behind.requests[0]).toMatchObject({ bodyBytes: 1 << 20, bodyComplete: true })
    expect(behind.requests[0]?.values('transfer-encoding')).toEqual(['chunked'])
  })

  test('the end of a connection, in both directions', async () => {
    const { origin, behind } = await protectedOrigin()
    const headers = { authorization: `Bearer ${await sign()}` }
    behind.next(resetInBody({ body: 'x'.repeat(1_000) }, 500), hang())
    const [answered] = await once(request(origin.dicomWebUrl, { headers, agent: false }).end(), 'response')
    await expect(answered.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' })
    const left = request(origin.dicomWebUrl, { headers, agent: false }).end()
    left.on('error', () => {})
    const [, hanging] = await behind.seen(2)
    left.destroy()
    await hanging?.closed
  })

  test('502 where the server behind is gone', async () => {
    const { behind, get } = await protectedOrigin()
    await behind[Symbol.asyncDispose]()
    expect((await get(`Bearer ${await sign()}`)).status).toBe(502)
  })
})

test('stopped it refuses connections; started again it is at the same port', async () => {
  const { origin, get } = await protectedOrigin()
  const { dicomWebUrl } = origin
  await origin.stop()
  await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  await origin.start()
  expect([origin.dicomWebUrl, (await get()).status]).toEqual([dicomWebUrl, 401])
})

test('with https, it accepts what a real issuer gave, also while that issuer is down', async () => {
  const { ca, server: tls } = await certificates()
  await using issuer = await startIssuer({ tls })
  await using behind = await startFaultServer()
  const { audience, jwksUri } = issuer
  await using origin = await startDicomWebOrigin({
    issuer: { issuer: issuer.issuer, audience, jwksUri, ca: ca.certificate },
    behind: { dicomWebUrl: behind.url },
    tls,
  })
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const asked = requestTls(issuer.tokenEndpoint, {
    method: 'POST',
    agent: false,
    ca: ca.certificate,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  const [given] = await once(asked.end(`${body}`), 'response')
  const { access_token: token } = JSON.parse(`${await given.toArray()}`)
  await issuer.stop()
  const options = { headers: { authorization: `Bearer ${token}` }, ca: ca.certificate, agent: false as const }
  const [answered] = await once(requestTls(`${origin.dicomWebUrl}studies`, options).end(), 'response')
  expect([origin.dicomWebUrl.startsWith('https:'), answered.statusCode]).toEqual([true, 200])
})

function otherKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}
