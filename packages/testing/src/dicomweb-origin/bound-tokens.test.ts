import { createHash, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { request as requestTls } from 'node:https'
import { json, startFaultServer } from '@orthanc-oauth/testing-contracts'
import { calculateJwkThumbprint, exportJWK, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Certificates, certificates } from '../certificates/certificates.ts'
import { type DicomWebOrigin, type DicomWebOriginOptions, startDicomWebOrigin } from './dicomweb-origin.ts'

const ISSUER = 'https://issuer.test'
const AUDIENCE = 'https://dicomweb.test'
const issuerKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
const clientKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const now = () => Math.floor(Date.now() / 1_000)

let pki: Certificates

beforeAll(async () => {
  pki = await certificates()
})

async function startOrigin(options: Partial<DicomWebOriginOptions> = {}): Promise<DicomWebOrigin> {
  await using jwks = await startFaultServer()
  jwks.always(json({ keys: [{ ...(await exportJWK(issuerKey.publicKey)), kid: 'k', alg: 'RS256' }] }))
  const behind = await startFaultServer()
  const origin = await startDicomWebOrigin({
    issuer: { issuer: ISSUER, jwksUri: jwks.url, audience: AUDIENCE },
    behind: { dicomWebUrl: `${behind.url}/dicom-web/` },
    ...options,
  })
  onTestFinished(async () => {
    await origin[Symbol.asyncDispose]()
    await behind[Symbol.asyncDispose]()
  })
  return origin
}

function token(cnf?: object): Promise<string> {
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: now() + 60, jti: crypto.randomUUID(), ...(cnf && { cnf }) })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .sign(issuerKey.privateKey)
}

const boundToKey = async () => token({ jkt: await calculateJwkThumbprint(await exportJWK(clientKey.publicKey)) })

interface ProofChanges {
  readonly claims?: JWTPayload
  readonly header?: object
  readonly key?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
}

async function proofFor(url: string, bound: string, { claims = {}, header = {}, key = clientKey }: ProofChanges = {}) {
  const ath = createHash('sha256').update(bound).digest('base64url')
  return new SignJWT({ htm: 'GET', htu: url.split('?')[0], ath, iat: now(), jti: crypto.randomUUID(), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(key.publicKey), ...header })
    .sign(key.privateKey)
}

async function get(url: string, headers: Record<string, string | string[]>, tls: object = {}) {
  const made = (url.startsWith('https:') ? requestTls : request)(url, { headers, agent: false, ...tls })
  made.end()
  const [answer] = (await once(made, 'response')) as [IncomingMessage]
  answer.resume()
  return answer
}

describe('a token that is bound to a key', () => {
  test('is taken with a proof for this very request', async () => {
    const origin = await startOrigin()
    const url = `${origin.dicomWebUrl}studies?limit=1`
    const bound = await boundToKey()
    const { statusCode } = await get(url, { authorization: `DPoP ${bound}`, dpop: await proofFor(url, bound) })
    expect([statusCode, origin.tally.refused]).toEqual([200, {}])
  })

  test.each<[string, ProofChanges]>([
    ['proof htm', { claims: { htm: 'POST' } }],
    ['proof htu', { claims: { htu: 'https://dicomweb.test/other' } }],
    ['proof ath', { claims: { ath: 'of another token' } }],
    ['proof iat', { claims: { iat: now() - 300 } }],
    ['proof iat', { claims: { iat: now() + 300 } }],
    ['proof key', { key: otherKey }],
    ['proof signature', { header: { typ: 'JWT' } }],
    ['proof signature', { header: { jwk: undefined } }],
  ])('with another %s is refused, %j', async (reason, changes) => {
    const origin = await startOrigin()
    const url = `${origin.dicomWebUrl}studies`
    const bound = await boundToKey()
    const answer = await get(url, { authorization: `DPoP ${bound}`, dpop: await proofFor(url, bound, changes) })
    expect([answer.statusCode, origin.tally.refused]).toEqual([401, { [reason]: 1 }])
    expect(answer.headers['www-authenticate']).toBe('DPoP error="invalid_dpop_proof"')
  })

  test('with a proof that was used, none, two, or as a bearer is refused', async () => {
    const origin = await startOrigin()
    const url = `${origin.dicomWebUrl}studies`
    const bound = await boundToKey()
    const proof = await proofFor(url, bound)
    const authorization = `DPoP ${bound}`
    const statuses: (number | undefined)[] = []
    for (const headers of [
      { authorization, dpop: proof },
      { authorization, dpop: proof },
      { authorization },
      { authorization, dpop: [await proofFor(url, bound), await proofFor(url, bound)] },
      { authorization: `Bearer ${bound}`, dpop: await proofFor(url, bound) },
      { authorization: `DPoP ${await token()}`, dpop: await proofFor(url, bound) },
    ])
      statuses.push((await get(url, headers)).statusCode)
    expect(statuses).toEqual([200, 401, 401, 401, 401, 401])
    expect(origin.tally.refused).toEqual({ 'proof jti': 1, 'proof missing': 2, downgraded: 1, unbound: 1 })
  })

  test('needs a nonce where the server wants one: the current or the one before', async () => {
    const origin = await startOrigin({ nonces: true })
    const url = `${origin.dicomWebUrl}studies`
    const bound = await boundToKey()
    const ask = async (nonce?: string) =>
      get(url, {
        authorization: `DPoP ${bound}`,
        dpop: await proofFor(url, bound, { claims: nonce === undefined ? {} : { nonce } }),
      })
    const challenge = await ask()
    expect(challenge.headers['www-authenticate']).toBe('DPoP error="use_dpop_nonce"')
    const nonce = String(challenge.headers['dpop-nonce'])
    expect((await ask(nonce)).statusCode).toBe(200)
    origin.rotateNonce()
    const answer = await ask(nonce)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['dpop-nonce']).not.toBe(nonce)
    origin.rotateNonce()
    expect((await ask(nonce)).statusCode).toBe(401)
    expect(origin.tally.refused).toEqual({ 'proof nonce': 2 })
  })
})

describe('a token that is bound to a certificate', () => {
  const thumbprint = (certificate: string) =>
    createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url')

  test('is taken over a connection that shows it alone', async () => {
    const origin = await startOrigin({ tls: pki.server, clientCertificates: true })
    const bound = await token({ 'x5t#S256': thumbprint(pki.client.certificate) })
    const plain = await token()
    const ask = async (value: string, shown?: Certificates['client']) => {
      const tls = { ca: pki.ca.certificate, ...(shown && { cert: shown.certificate, key: shown.key }) }
      return (await get(`${origin.dicomWebUrl}studies`, { authorization: `Bearer ${value}` }, tls)).statusCode
    }
    expect(await ask(bound, pki.client)).toBe(200)
    expect(await ask(bound, pki.server)).toBe(401)
    expect(await ask(bound)).toBe(401)
    expect(await ask(plain)).toBe(200)
    expect(origin.tally.refused).toEqual({ certificate: 2 })
  })

  test('is refused by a server without TLS', async () => {
    const origin = await startOrigin()
    const bound = await token({ 'x5t#S256': thumbprint(pki.client.certificate) })
    await get(`${origin.dicomWebUrl}studies`, { authorization: `Bearer ${bound}` })
    expect(origin.tally.refused).toEqual({ certificate: 1 })
  })
})
