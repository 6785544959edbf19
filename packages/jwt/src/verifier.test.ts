import { createHmac, generateKeyPairSync } from 'node:crypto'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import { certificates, fakeClock, leaks } from '@orthanc-oauth/testing'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { JwtExpectations } from './expectations.ts'
import { AUDIENCE, ISSUER, newKey, token, unsigned, verifierOf } from './issuer-of-keys.fixture.ts'
import { createVerifier } from './verifier.ts'

const key = newKey('k1')
const pem = key.publicKey.export({ type: 'spki', format: 'pem' }) as string
const clock = fakeClock()
const now = () => Math.floor(clock.now() / 1_000)

async function refusalOf(forged: string, expectations: JwtExpectations = {}) {
  const error = await verifierOf({ publicKey: pem, ...expectations }, clock)
    .verify(forged)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  if (!(error instanceof OrthancOAuthError)) throw new Error('It was not refused by us', { cause: error })
  expect(error).toMatchObject({ code: 'TOK-004', retryable: false })
  expect(
    leaks(
      error,
      [forged, ...forged.split('.')].filter((part) => part.length > 20),
    ),
  ).toEqual([])
  return error.details.reason
}

describe('createVerifier with a key', () => {
  test('gives what the token says', async () => {
    const payload = await verifierOf({ publicKey: pem }, clock).verify(
      await token(key, clock, { claims: { sub: 'a' } }),
    )
    expect(payload).toMatchObject({ iss: ISSUER, aud: AUDIENCE, sub: 'a' })
  })

  test.each(['pkcs1', 'spki'] as const)('takes %s', async (type) => {
    const publicKey = key.publicKey.export({ type, format: 'pem' }) as string
    await verifierOf({ publicKey }, clock).verify(await token(key, clock))
  })

  test('takes a certificate', async () => {
    const { server } = await certificates()
    const signed = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: now() + 60 })
      .setProtectedHeader({ alg: 'ES256' })
      .sign((await import('node:crypto')).createPrivateKey(server.key))
    await verifierOf({ publicKey: server.certificate, algorithms: ['ES256'] }, clock).verify(signed)
  })

  test.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'RS512'])('takes %s where it is expected', async (alg) => {
    const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg]
    const { privateKey, publicKey } =
      curve !== undefined
        ? generateKeyPairSync('ec', { namedCurve: curve })
        : alg === 'EdDSA'
          ? generateKeyPairSync('ed25519')
          : key
    const signed = await token({ kid: 'x', privateKey, publicKey }, clock, { header: { alg } })
    const own = publicKey.export({ type: 'spki', format: 'pem' }) as string
    await verifierOf({ publicKey: own, algorithms: [alg] }, clock).verify(signed)
    expect(await refusalOf(signed, { publicKey: pem })).toBe('algorithm')
  })

  test('JWT-F1: none, and a signature that was made with the public key as a secret, are refused', async () => {
    const payload = { iss: ISSUER, aud: AUDIENCE, exp: now() + 60 }
    expect(await refusalOf(unsigned({ alg: 'none' }, payload))).toBe('algorithm')
    expect(await refusalOf(unsigned({ alg: 'NONE' }, payload))).toBe('algorithm')
    const hs = unsigned({ alg: 'HS256' }, payload).slice(0, -1)
    const signature = createHmac('sha256', pem).update(hs).digest('base64url')
    expect(await refusalOf(`${hs}.${signature}`)).toBe('algorithm')
  })

  test('JWT-F2: a key that the token brings along is nobody', async () => {
    const own = newKey('k1')
    const jwk = own.publicKey.export({ format: 'jwk' })
    for (const header of [{ jwk }, { jku: 'https://evil.example/' }, { x5u: 'https://evil.example/' }])
      expect(await refusalOf(await token(own, clock, { header: header as never }))).toBe('signature')
    await verifierOf({ publicKey: pem }, clock).verify(
      await token(key, clock, { header: { jku: 'https://evil.example/' } as never }),
    )
  })

  test.each<[string, object | undefined, string]>([
    ['no exp', { exp: undefined }, 'exp'],
    ['an exp in words', { exp: '9999999999' }, 'exp'],
    ['an exp in the past', { exp: 1 }, 'expired'],
    ['an nbf in the future', { nbf: 99_999_999_999 }, 'not yet valid'],
    ['another audience', { aud: 'https://other.example' }, 'audience'],
    ['no audience', { aud: undefined }, 'audience'],
    ['another issuer', { iss: 'https://issuer.example' }, 'issuer'],
    ['no issuer', { iss: undefined }, 'issuer'],
    ['the type of an ID token', { typ: 'ID' }, 'ID token'],
    ['the type of a refresh token', { typ: 'Refresh' }, 'ID token'],
    ['the hash of an access token', { at_hash: 'x' }, 'ID token'],
  ])('JWT-F7, JWT-F8, JWT-F9: %s is refused', async (_what, claims, reason) => {
    expect(await refusalOf(await token(key, clock, { claims: claims as never }))).toBe(reason)
  })

  test.each(['Bearer', 'bearer', 'DPoP', undefined])('JWT-F9: payload type %s passes', async (typ) => {
    await verifierOf({ publicKey: pem }, clock).verify(await token(key, clock, { claims: { typ } }))
  })

  test.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined])('JWT-F9: header type %s passes', async (typ) => {
    await verifierOf({ publicKey: pem }, clock).verify(
      await token(key, clock, { header: typ === undefined ? {} : { typ } }),
    )
  })

  test.each(['dpop+jwt', 'logout+jwt', 'JOSE'])('JWT-F9: header type %s is another kind of JWT', async (typ) => {
    expect(await refusalOf(await token(key, clock, { header: { typ } }))).toBe('type')
  })

  test('JWT-F7: the leeway counts at both ends, and no longer', async () => {
    const lenient = verifierOf({ publicKey: pem, leeway: 60_000 }, clock)
    const strict = { leeway: 0 }
    const ended = await token(key, clock, { claims: { exp: now() - 59 } })
    const early = await token(key, clock, { claims: { nbf: now() + 59 } })
    await lenient.verify(ended)
    await lenient.verify(early)
    expect([await refusalOf(ended, strict), await refusalOf(early, strict)]).toEqual(['expired', 'not yet valid'])
  })

  test('one of several audiences is enough', async () => {
    const several = await token(key, clock, { claims: { aud: ['account', AUDIENCE] } })
    await verifierOf({ publicKey: pem }, clock).verify(several)
    await verifierOf({ publicKey: pem, audience: ['other', 'account'] }, clock).verify(several)
  })

  test('what is not expected is not looked at', async () => {
    await createVerifier({ publicKey: pem }, { clock }).verify(
      await token(key, clock, { claims: { aud: undefined, iss: undefined } as never }),
    )
  })

  test.each([
    ['an opaque token', 'f81d4fae7dec11d0a76500a0c91e6bf6', 'no JWT'],
    ['nothing', '', 'no JWT'],
    ['two parts', 'eyJhbGciOiJSUzI1NiJ9.e30', 'no JWT'],
    ['a header that is no JSON', 'e.e30.x', 'no JWT'],
    ['a header that is null', `${Buffer.from('null').toString('base64url')}.e30.x`, 'algorithm'],
    ['six parts', 'a.b.c.d.e.f', 'no JWT'],
    ['JWT-F10: a JWE', unsigned({ alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31 }, {}, 'a.b.c'), 'encrypted'],
    ['JWT-F10: PBES2 in a JWS', unsigned({ alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31 }, {}), 'algorithm'],
    ['JWT-F10: an unknown crit', unsigned({ alg: 'RS256', crit: ['x'] }, {}), 'crit'],
    ['JWT-F10: b64', unsigned({ alg: 'RS256', crit: ['b64'], b64: false }, {}), 'crit'],
  ])('%s is refused', async (_what, forged, reason) => {
    expect(await refusalOf(forged)).toBe(reason)
  })

  test('a signature of another key is refused', async () => {
    expect(await refusalOf(await token(newKey('k1'), clock))).toBe('signature')
  })
})

describe('expectations that make no sense', () => {
  const { privateKey } = key
  test.each<[string, JwtExpectations, string, string]>([
    ['no key', {}, 'CFG-001', 'publicKey'],
    ['two sources', { publicKey: pem, jwksUri: 'https://a.example/' }, 'CFG-105', 'jwksUri'],
    ['no PEM', { publicKey: 'key' }, 'CFG-002', 'publicKey'],
    [
      'a private key',
      { publicKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
      'CFG-002',
      'publicKey',
    ],
    ['an algorithm of another key', { publicKey: pem, algorithms: ['ES256'] }, 'CFG-002', 'algorithms'],
    ['JWT-F1: HS256', { publicKey: pem, algorithms: ['RS256', 'HS256'] }, 'CFG-002', 'algorithms'],
    ['JWT-F1: none', { publicKey: pem, algorithms: ['none'] }, 'CFG-002', 'algorithms'],
    ['no algorithm', { publicKey: pem, algorithms: [] }, 'CFG-002', 'algorithms'],
    ['JWT-F7: a leeway over 60 s', { publicKey: pem, leeway: 60_001 }, 'CFG-002', 'leeway'],
    ['a leeway that is none', { publicKey: pem, leeway: Number.NaN }, 'CFG-002', 'leeway'],
    ['keys over plain http', { jwksUri: 'http://issuer.example/jwks' }, 'CFG-104', 'jwksUri'],
    ['no address', { jwksUri: 'jwks' }, 'CFG-002', 'jwksUri'],
  ])('%s', (_what, expectations, code, option) => {
    try {
      createVerifier(expectations, { clock })
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code, details: { option } })
      expect(
        leaks(error, [privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().split('\n')[5] ?? '']),
      ).toEqual([])
    }
  })
})
