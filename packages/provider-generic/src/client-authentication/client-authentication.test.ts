import { createPublicKey, generateKeyPairSync, hash, type KeyObject, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@orthanc-oauth/core'
import {
  acquireRequest,
  certificates,
  failureOf,
  type Issuer,
  json,
  leaks,
  startFaultServer,
  startIssuer,
  type TemporaryFolder,
  type TestKey,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { genericProvider } from '../generic-provider.ts'
import type { GenericProviderOptions } from '../options/generic-provider-options.ts'

const PASSWORD = 'pass phrase of the key'
const WRONG_PASSWORD = 'another pass phrase'

let issuer: Issuer
let folder: TemporaryFolder

beforeAll(async () => {
  issuer = await startIssuer()
  folder = await temporaryFolder()
})

afterAll(async () => {
  await issuer[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  key.export({ type, format: 'pem' }).toString()

const encryptedPem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSWORD }).toString()

function withKey(privateKey: string, more: Partial<GenericProviderOptions> = {}) {
  return genericProvider({
    issuer: issuer.issuer,
    clientId: issuer.clients.private_key_jwt.clientId,
    clientAuthentication: 'private_key_jwt',
    privateKey: new Secret(privateKey),
    ...more,
  })
}

/** RFC 7515 and RFC 7519; the issuer verifies the signatures. */
interface Assertion {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: { readonly iat: number; readonly exp: number; readonly [claim: string]: unknown }
}

function decoded(jwt: unknown): Assertion {
  const [header, payload] = String(jwt)
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)
  return { header, payload } as Assertion
}

const lastAssertion = () => decoded(issuer.tokenRequests.at(-1)?.parameters.client_assertion)

describe('private_key_jwt at a real issuer', () => {
  test.each([
    ['rsa', undefined, 'RS256'],
    ['rsa', 'RS384', 'RS384'],
    ['rsa', 'RS512', 'RS512'],
    ['rsa', 'PS256', 'PS256'],
    ['rsa', 'PS384', 'PS384'],
    ['rsa', 'PS512', 'PS512'],
    ['p256', undefined, 'ES256'],
    ['p384', undefined, 'ES384'],
    ['p521', undefined, 'ES512'],
    ['ed25519', undefined, 'EdDSA'],
    ['ed25519', 'Ed25519', 'Ed25519'],
  ] as const)('a key of kind %s with the algorithm %s signs by %s', async (kind, privateKeyAlgorithm, algorithm) => {
    const { key, keyId } = issuer.clients.private_key_jwt.keys[kind]
    await withKey(pem(key), { privateKeyId: keyId, privateKeyAlgorithm }).acquire(acquireRequest())
    expect(lastAssertion().header).toMatchObject({ alg: algorithm, kid: keyId })
  })

  const forms: [string, (keys: Record<'rsa' | 'p256', TestKey>) => string][] = [
    ['PKCS#8', ({ rsa }) => pem(rsa.key)],
    ['PKCS#1', ({ rsa }) => pem(rsa.key, 'pkcs1')],
    ['SEC1', ({ p256 }) => pem(p256.key, 'sec1')],
    ['encrypted PKCS#8', ({ rsa }) => encryptedPem(rsa.key)],
    ['encrypted PKCS#1', ({ rsa }) => encryptedPem(rsa.key, 'pkcs1')],
    ['encrypted SEC1', ({ p256 }) => encryptedPem(p256.key, 'sec1')],
    ['JWK', ({ p256 }) => JSON.stringify(p256.key.export({ format: 'jwk' }), undefined, 2)],
    ['PEM with text before it', ({ rsa }) => `Bag Attributes\n${pem(rsa.key)}`],
  ]
  test.each(forms)('a key as %s is read', async (_form, text) => {
    const { keys } = issuer.clients.private_key_jwt
    await withKey(text(keys), { privateKeyPassword: new Secret(PASSWORD) }).acquire(acquireRequest())
    expect(lastAssertion().header.kid).toBeUndefined()
  })

  test('a JWK brings its kid and alg, and options win over them', async () => {
    const { rsa } = issuer.clients.private_key_jwt.keys
    const jwk = JSON.stringify({ ...rsa.key.export({ format: 'jwk' }), kid: 'rsa', alg: 'PS256' })
    await withKey(jwk).acquire(acquireRequest())
    expect(lastAssertion().header).toMatchObject({ alg: 'PS256', kid: 'rsa' })
    await withKey(JSON.stringify({ ...JSON.parse(jwk), kid: 'none' }), {
      privateKeyId: 'rsa',
      privateKeyAlgorithm: 'RS256',
    }).acquire(acquireRequest())
    expect(lastAssertion().header).toMatchObject({ alg: 'RS256', kid: 'rsa' })
  })

  test('an assertion is for the issuer, once, back-dated a little, and lives for less than a minute more', async () => {
    const { key } = issuer.clients.private_key_jwt.keys.rsa
    const provider = withKey(pem(key))
    const before = Math.floor(Date.now() / 1000)
    await provider.acquire(acquireRequest())
    const first = lastAssertion().payload
    await provider.acquire(acquireRequest())
    const second = lastAssertion().payload
    const { iat, exp, nbf, aud, iss, sub } = first
    expect([iss, sub, aud]).toEqual(['orthanc-private_key_jwt', 'orthanc-private_key_jwt', issuer.issuer])
    expect(first.jti === second.jti).toBe(false)
    expect(nbf).toBe(iat)
    expect(before - iat).toBeGreaterThan(5)
    expect(before - iat).toBeLessThanOrEqual(10)
    expect(exp - iat).toBe(60)
  })

  test('where no issuer is known, the assertion is for the token endpoint', async () => {
    const { key } = issuer.clients.private_key_jwt.keys.rsa
    const { tokenEndpoint } = issuer
    await withKey(pem(key), { issuer: undefined, tokenEndpoint }).acquire(acquireRequest())
    expect(lastAssertion().payload.aud).toBe(tokenEndpoint)
  })

  test('a key file that changes counts at the next acquisition', async () => {
    const file = join(folder.path, 'key.pem')
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    await writeFile(file, pem(stranger))
    const provider = withKey('unused', { privateKey: { file } })
    expect(await failureOf(provider)).toMatchObject({ code: 'AUTH-001', retryable: false })
    await writeFile(file, pem(issuer.clients.private_key_jwt.keys.rsa.key))
    await provider.acquire(acquireRequest())
  })

  test('the certificate is named by both thumbprints of its DER', async () => {
    const { client } = await certificates()
    const certificateFile = join(folder.path, 'client.pem')
    await writeFile(certificateFile, client.certificate)
    await using server = await startFaultServer()
    server.always(json({ access_token: 'token-of-nobody', token_type: 'Bearer', expires_in: 60 }))
    const tokenEndpoint = `${server.url}/token`
    await withKey(client.key, { tokenEndpoint, certificateFile }).acquire(acquireRequest())
    const sent = new URLSearchParams(server.requests[0]?.text())
    const { raw } = new X509Certificate(client.certificate)
    expect(decoded(sent.get('client_assertion')).header).toMatchObject({
      x5t: hash('sha1', raw, 'base64url'),
      'x5t#S256': hash('sha256', raw, 'base64url'),
    })
  })
})

describe('a key that does not fit', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  const x25519 = generateKeyPairSync('x25519').privateKey
  const password = new Secret(PASSWORD)

  const cases: [string, string, Partial<GenericProviderOptions>, string][] = [
    ['an algorithm for another key type', pem(p256), { privateKeyAlgorithm: 'RS256' }, 'privateKeyAlgorithm'],
    ['an algorithm for another curve', pem(p256), { privateKeyAlgorithm: 'ES384' }, 'privateKeyAlgorithm'],
    ['an algorithm that nobody knows', pem(p256), { privateKeyAlgorithm: 'none' }, 'privateKeyAlgorithm'],
    [
      'the alg of its JWK',
      JSON.stringify({ ...p256.export({ format: 'jwk' }), alg: 'RS256' }),
      {},
      'privateKeyAlgorithm',
    ],
    ['an RSA key of 1,024 bits', pem(short), {}, 'privateKey'],
    ['a curve that no JWS algorithm has', pem(secp256k1), {}, 'privateKey'],
    ['a key that signs nothing', pem(x25519), {}, 'privateKey'],
    ['an encrypted key without its password', encryptedPem(rsa), {}, 'privateKey'],
    [
      'an encrypted key with a wrong password',
      encryptedPem(rsa),
      { privateKeyPassword: new Secret(WRONG_PASSWORD) },
      'privateKeyPassword',
    ],
    ['a public key', createPublicKey(rsa).export({ type: 'spki', format: 'pem' }).toString(), {}, 'privateKey'],
    ['a public JWK', JSON.stringify(createPublicKey(rsa).export({ format: 'jwk' })), {}, 'privateKey'],
    ['a symmetric JWK', JSON.stringify({ kty: 'oct', k: 'c2VjcmV0LXNlY3JldA' }), {}, 'privateKey'],
    ['a JWK that is cut off', JSON.stringify(rsa.export({ format: 'jwk' })).slice(0, -9), {}, 'privateKey'],
    ['garbage', 'garbage-garbage-garbage', { privateKeyPassword: password }, 'privateKey'],
  ]
  test.each(cases)(
    '%s: CFG-002 that names the option, shows nothing of the key, and asks nobody',
    async (_what, key, more, option) => {
      const before = issuer.requests.length
      const error = await failureOf(withKey(key, more))
      expect(error).toMatchObject({ code: 'CFG-002', retryable: false, details: { option } })
      expect(
        leaks(error, [key, PASSWORD, WRONG_PASSWORD, ...key.split('\n').filter((line) => /^\S{16,}$/.test(line))]),
      ).toEqual([])
      expect(issuer.requests).toHaveLength(before)
    },
  )

  test('a certificate of another key: CFG-002', async () => {
    const { client } = await certificates()
    const certificateFile = join(folder.path, 'other.pem')
    await writeFile(certificateFile, client.certificate)
    expect(await failureOf(withKey(pem(rsa), { certificateFile }))).toMatchObject({
      code: 'CFG-002',
      details: { option: 'certificateFile' },
    })
  })

  test.each([
    ['that is not there', 'CFG-102'],
    ['that holds none', 'CFG-002'],
  ])('a certificate file %s: %s', async (_what, code) => {
    const certificateFile = join(folder.path, `${code}.pem`)
    if (code === 'CFG-002') await writeFile(certificateFile, pem(rsa))
    expect(await failureOf(withKey(pem(rsa), { certificateFile }))).toMatchObject({
      code,
      details: { option: 'certificateFile', file: certificateFile },
    })
  })
})

describe('a wrong secret', () => {
  test.each(['client_secret_post', 'client_secret_basic', 'client_secret_jwt'] as const)(
    '%s: AUTH-001, after one request, with what to do',
    async (clientAuthentication) => {
      const before = issuer.tokenRequests.length
      const { clientId } = issuer.clients[clientAuthentication]
      const provider = genericProvider({
        issuer: issuer.issuer,
        clientId,
        clientAuthentication,
        clientSecret: new Secret('a-secret-that-is-wrong'),
      })
      const error = await failureOf(provider)
      expect(error).toMatchObject({
        code: 'AUTH-001',
        retryable: false,
        details: { error: 'invalid_client', status: 401 },
      })
      expect(error.troubleshooting).not.toEqual([])
      expect(issuer.tokenRequests).toHaveLength(before + 1)
    },
  )

  test('none says nothing but the client id', async () => {
    const { clientId } = issuer.clients.none
    await genericProvider({ issuer: issuer.issuer, clientId, clientAuthentication: 'none' }).acquire(acquireRequest())
    expect(issuer.tokenRequests.at(-1)?.parameters).toEqual({ grant_type: 'client_credentials', client_id: clientId })
  })

  test('client_secret_basic leaves the characters alone that a form leaves alone', async () => {
    await using server = await startFaultServer()
    server.always(json({ access_token: 'token-of-nobody', token_type: 'Bearer', expires_in: 60 }))
    await genericProvider({
      tokenEndpoint: server.url,
      clientId: '0f-client_a.b*c',
      clientAuthentication: 'client_secret_basic',
      clientSecret: new Secret('a b:c+d%e/f~g'),
    }).acquire(acquireRequest())
    const [authorization = ''] = server.requests[0]?.values('authorization') ?? []
    const decoded = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    expect(decoded).toBe('0f-client_a.b*c:a+b%3Ac%2Bd%25e%2Ff%7Eg')
  })
})
