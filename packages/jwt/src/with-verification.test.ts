import { AccessToken, instantOf, Secret, TokenManager, type TokenProvider } from '@orthanc-oauth/core'
import { genericProvider } from '@orthanc-oauth/provider-generic'
import {
  acquireRequest,
  failureOf,
  fakeClock,
  gives,
  leaks,
  loadedLibraries,
  scriptedProvider,
  startIssuer,
} from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { expected, issuerOfKeys, newKey, token } from './issuer-of-keys.fixture.ts'
import { withVerification } from './with-verification.ts'

const key = newKey('k')

test('a token that is what was expected is given, of a real issuer', async () => {
  await using issuer = await startIssuer()
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  const provider = withVerification(
    genericProvider({ issuer: issuer.issuer, clientId, clientSecret: new Secret(clientSecret) }),
    { jwksUri: issuer.jwksUri, issuer: issuer.issuer, audience: issuer.audience },
  )
  await using manager = new TokenManager(provider)
  expect((await manager.getToken()).reveal()).toBe(issuer.tokenRequests[0]?.token)
  const other = withVerification(
    genericProvider({ issuer: issuer.issuer, clientId, clientSecret: new Secret(clientSecret) }),
    { jwksUri: issuer.jwksUri, issuer: `${issuer.issuer}/`, audience: issuer.audience },
  )
  const error = await failureOf(other)
  expect(error).toMatchObject({ code: 'TOK-004', retryable: false, details: { reason: 'issuer' } })
  expect(
    leaks(
      error,
      issuer.tokenRequests.flatMap(({ token: given }) => given ?? []),
    ),
  ).toEqual([])
})

test('an opaque token cannot be verified, and is not given', async () => {
  await using issuer = await issuerOfKeys(key)
  const provider = withVerification(scriptedProvider(gives({ value: 'opaque' })), { jwksUri: issuer.jwksUri })
  expect(await failureOf(provider)).toMatchObject({ code: 'TOK-004', details: { reason: 'no JWT' } })
})

test('JWT-F4: without keys the issuer is not asked for a token, which would be lost', async () => {
  const issuer = await issuerOfKeys(key)
  await issuer[Symbol.asyncDispose]()
  const inner = scriptedProvider(gives())
  const provider = withVerification(inner, { jwksUri: issuer.jwksUri })
  expect(await failureOf(provider)).toMatchObject({ code: 'NET-002', retryable: true })
  expect(inner.requests).toHaveLength(0)
})

test('is the provider in all else, with a cache key of its own', async () => {
  const clock = fakeClock()
  const publicKey = key.publicKey.export({ type: 'spki', format: 'pem' }) as string
  const signed = await token(key, clock)
  const binding = { tls: { certificateFile: 'a', keyFile: 'b' } }
  const inner: TokenProvider = {
    name: 'inner',
    cacheKey: 'inner',
    binding,
    check: () => Promise.reject(new Error('checked')),
    acquire: async (request) => new AccessToken({ value: signed, sent: instantOf(request.clock), lifetime: 1_000 }),
  }
  const provider = withVerification(inner, { publicKey, ...expected }, { clock })
  expect(provider).toMatchObject({ name: 'inner', binding })
  await expect(provider.check?.()).rejects.toThrow('checked')
  expect((await provider.acquire(acquireRequest({ clock }))).reveal()).toBe(signed)
  const keys = [
    inner,
    provider,
    withVerification(inner, { publicKey }),
    withVerification(inner, { publicKey, audience: ['b', 'a'] }),
    withVerification(inner, { jwksUri: 'https://a.example/' }),
    withVerification(inner, { jwksUri: 'https://a.example/', egress: { verifyTls: false } }),
    withVerification(inner, { jwksUri: 'https://a.example/', egress: { caFile: '/ca.pem' } }),
    withVerification(inner, { publicKey, leeway: 1 }),
  ].map(({ cacheKey }) => cacheKey)
  expect(new Set(keys).size).toBe(keys.length)
  expect(withVerification(inner, { publicKey, audience: ['a', 'b'] }).cacheKey).toBe(keys[3])
})

test('importing it, and making a verifier, loads neither jose nor undici', async () => {
  const make = `
    const { createVerifier } = await import('@orthanc-oauth/jwt')
    const { systemClock: clock } = await import('@orthanc-oauth/core')
    const verifier = createVerifier({ jwksUri: 'http://127.0.0.1:2/' }, { clock })`
  const light = await loadedLibraries("await import('@orthanc-oauth/core')")
  expect(await loadedLibraries(make)).toEqual(light)
  const verify = `await verifier.verify('eyJhbGciOiJSUzI1NiJ9.e30.x').catch(() => {})`
  const added = (await loadedLibraries(`${make}; ${verify}`)).filter((name) => !light.includes(name))
  expect(added).toEqual(['jose', 'undici'])
})
