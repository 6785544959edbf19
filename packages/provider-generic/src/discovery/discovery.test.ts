import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TokenProvider } from '@orthanc-oauth/core'
import {
  acquireRequest,
  type Behaviour,
  certificates,
  type FaultServer,
  failureOf,
  fakeClock,
  huge,
  json,
  leaks,
  redirect,
  reset,
  answer as respond,
  startFaultServer,
  startIssuer,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { genericProvider } from '../generic-provider.ts'
import type { GenericProviderOptions } from '../options/generic-provider-options.ts'

const OIDC = '/.well-known/openid-configuration'
const RFC8414 = '/.well-known/oauth-authorization-server'
const HOUR = 3_600_000
const client = { clientId: 'orthanc-none', clientAuthentication: 'none' } as const

const token = json({ access_token: 'token-of-nobody', token_type: 'Bearer', expires_in: 60 })

let server: FaultServer

beforeEach(async () => {
  server = await startFaultServer()
  server.always(token)
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

const provider = (more: Partial<GenericProviderOptions> = {}): TokenProvider =>
  genericProvider({ issuer: server.url, ...client, ...more })

const metadata = (more: object = {}) => json({ issuer: server.url, token_endpoint: `${server.url}/token`, ...more })
const asked = () => server.requests.map(({ target }) => target)

describe('discovery', () => {
  test('a real issuer is found by its identifier', async () => {
    await using issuer = await startIssuer()
    await genericProvider({ issuer: issuer.issuer, ...client }).acquire(acquireRequest())
    expect(issuer.requests.map(({ path }) => path)).toEqual([OIDC, '/token'])
  })

  test('an issuer that has no OpenID metadata is asked by RFC 8414', async () => {
    server.nextAt(OIDC, respond({ status: 404 }))
    server.nextAt(RFC8414, metadata())
    await provider().acquire(acquireRequest())
    expect(asked()).toEqual([OIDC, RFC8414, '/token'])
  })

  test('the path of an issuer comes before the well-known one of OpenID, and after that of RFC 8414', async () => {
    const issuer = `${server.url}/realms/hospital`
    server.nextAt(`/realms/hospital${OIDC}`, respond({ status: 404 }))
    server.nextAt(`${RFC8414}/realms/hospital`, metadata({ issuer }))
    await provider({ issuer }).acquire(acquireRequest())
    expect(asked()).toEqual([`/realms/hospital${OIDC}`, `${RFC8414}/realms/hospital`, '/token'])
  })

  test('a configured token endpoint needs no metadata', async () => {
    await provider({ tokenEndpoint: `${server.url}/token` }).acquire(acquireRequest())
    expect(asked()).toEqual(['/token'])
  })

  test('metadata is remembered for an hour', async () => {
    const clock = fakeClock()
    const one = provider()
    server.nextAt(OIDC, metadata(), metadata())
    await one.acquire(acquireRequest({ clock }))
    await clock.advance(HOUR - 1)
    await one.acquire(acquireRequest({ clock }))
    await clock.advance(1)
    await one.acquire(acquireRequest({ clock }))
    expect(asked()).toEqual([OIDC, '/token', '/token', OIDC, '/token'])
  })

  test.each<[string, Behaviour, number]>([
    ['fails', respond({ status: 503 }), 60_000],
    ['is cut off', reset(), 60_000],
    ['has had too many requests', respond({ status: 429, headers: { 'retry-after': '600' } }), 600_000],
  ])(
    'metadata serves longer than an hour while its page %s, and is not asked for in each acquisition',
    async (_what, behaviour, pause) => {
      const clock = fakeClock()
      const one = provider()
      server.nextAt(OIDC, metadata(), behaviour, metadata({ token_endpoint: `${server.url}/new` }))
      await one.acquire(acquireRequest({ clock }))
      await clock.advance(HOUR)
      await one.acquire(acquireRequest({ clock }))
      await clock.advance(pause - 1)
      await one.acquire(acquireRequest({ clock }))
      await clock.advance(1)
      await one.acquire(acquireRequest({ clock }))
      expect(asked()).toEqual([OIDC, '/token', OIDC, '/token', '/token', OIDC, '/new'])
    },
  )

  test('metadata that is older than an hour and turns out wrong serves no longer', async () => {
    const clock = fakeClock()
    const one = provider()
    server.nextAt(OIDC, metadata(), metadata({ issuer: 'https://other.example/' }))
    await one.acquire(acquireRequest({ clock }))
    await clock.advance(HOUR)
    expect(await failureOf(one, { clock })).toMatchObject({ code: 'CFG-002' })
    expect(asked()).toEqual([OIDC, '/token', OIDC])
  })

  test('a token endpoint that was not reached once serves on, where the issuer cannot say', async () => {
    const one = provider()
    server.nextAt(OIDC, metadata(), respond({ status: 503 }))
    server.nextAt('/token', token, reset())
    await one.acquire(acquireRequest())
    expect(await failureOf(one)).toMatchObject({ code: 'NET-002' })
    await one.acquire(acquireRequest())
    expect(asked()).toEqual([OIDC, '/token', '/token', OIDC, '/token'])
  })

  test('a token endpoint that is none serves no longer, even where the issuer cannot say', async () => {
    const one = provider()
    server.nextAt(OIDC, metadata(), respond({ status: 503 }))
    server.nextAt('/token', token, respond({ status: 404 }))
    await one.acquire(acquireRequest())
    expect(await failureOf(one)).toMatchObject({ code: 'TOK-005' })
    expect(await failureOf(one)).toMatchObject({ code: 'AUTH-003', retryable: true })
    expect(asked()).toEqual([OIDC, '/token', '/token', OIDC])
  })

  test.each<[string, Behaviour]>([
    ['is cut off', reset()],
    ['is gone', respond({ status: 404 })],
    ['is a page', respond({ headers: { 'content-type': 'text/html' }, body: '<html></html>' })],
  ])('a token endpoint that %s is looked up again', async (_what, behaviour) => {
    const one = provider()
    server.nextAt(OIDC, metadata({ token_endpoint: `${server.url}/old` }), metadata())
    server.nextAt('/old', token, behaviour)
    await one.acquire(acquireRequest())
    await failureOf(one)
    await one.acquire(acquireRequest())
    expect(asked()).toEqual([OIDC, '/old', '/old', OIDC, '/token'])
  })

  test('an issuer that refuses or is busy is not looked up again', async () => {
    const one = provider()
    server.nextAt(OIDC, metadata())
    server.nextAt('/token', json({ error: 'invalid_client' }, { status: 401 }), respond({ status: 503 }))
    await failureOf(one)
    await failureOf(one)
    await one.acquire(acquireRequest())
    expect(asked()).toEqual([OIDC, '/token', '/token', '/token'])
  })

  test('a failed search is not remembered', async () => {
    const one = provider()
    server.nextAt(OIDC, respond({ status: 503, headers: { 'retry-after': '3' } }), metadata())
    expect(await failureOf(one)).toMatchObject({ code: 'AUTH-003', retryable: true, retryAfter: 3_000 })
    await one.acquire(acquireRequest())
  })

  test('the moment of sending is that of the token request', async () => {
    server.nextAt(OIDC, metadata())
    const { sent } = await provider().acquire(acquireRequest())
    const [discovered, requested] = server.requests
    expect(sent.monotonic).toBeGreaterThanOrEqual(discovered?.at ?? Number.NaN)
    expect(sent.monotonic).toBeLessThanOrEqual(requested?.at ?? Number.NaN)
  })
})

describe('metadata that leads nowhere', () => {
  const CANARY = 'canary-in-the-metadata'

  async function refused(behaviour: Behaviour, more: Partial<GenericProviderOptions> = {}) {
    server.nextAt(OIDC, behaviour)
    const error = await failureOf(provider(more))
    expect(leaks(error, [CANARY])).toEqual([])
    expect(asked()).not.toContain('/token')
    return error
  }

  test('at neither path: CFG-002 that names both ways out', async () => {
    server.nextAt(RFC8414, respond({ status: 404 }))
    const error = await refused(respond({ status: 404 }))
    expect(error).toMatchObject({ code: 'CFG-002', retryable: false, details: { option: 'issuer' } })
    expect(error.troubleshooting.join()).toContain('TokenEndpoint')
  })

  test('of another issuer: CFG-002', async () => {
    const error = await refused(metadata({ issuer: `https://${CANARY}.example/` }))
    expect(error).toMatchObject({ code: 'CFG-002', retryable: false, details: { option: 'issuer' } })
  })

  test.each<[string, () => Behaviour]>([
    ['a redirect', () => redirect('https://other.example/')],
    ['a page', () => respond({ headers: { 'content-type': 'text/html' }, body: `<html>${CANARY}` })],
    ['without issuer', () => metadata({ issuer: undefined })],
    ['with an issuer that is no URL', () => metadata({ issuer: CANARY })],
    ['2 MiB', () => huge(2 * 1024 * 1024)],
  ])('%s: TOK-005', async (_what, behaviour) => {
    expect(await refused(behaviour())).toMatchObject({ code: 'TOK-005', retryable: false })
  })

  test('a 408 at the first path: the issuer is busy, not without metadata', async () => {
    expect(await refused(respond({ status: 408 }))).toMatchObject({ code: 'AUTH-003', retryable: true })
    expect(asked()).toEqual([OIDC])
  })

  test('empty: it may be asked for again', async () => {
    expect(await refused(respond({}))).toMatchObject({ code: 'NET-002', retryable: true })
  })

  test.each([
    ['missing', undefined, 'CFG-002'],
    ['at a port that fetch never connects to', 'https://issuer.example:6000/token', 'CFG-002'],
    ['no URL', `/${CANARY}`, 'CFG-002'],
    ['of another scheme', `ftp://${CANARY}.example/`, 'CFG-002'],
    ['with a password in it', `https://user:${CANARY}@issuer.example/token`, 'CFG-002'],
    ['plain http beyond this machine', 'http://issuer.example/token', 'CFG-104'],
  ])('NET-F9: a token endpoint that is %s: refused before the secret is sent', async (_what, token_endpoint, code) => {
    const error = await refused(metadata({ token_endpoint }))
    expect(error).toMatchObject({ code, retryable: false })
    expect(error.message).toContain(server.url)
  })

  test('NET-F9: an https issuer does not lead down to http, not even on this machine', async () => {
    const { server: tls, ca } = await certificates()
    await using folder = await temporaryFolder()
    const caFile = join(folder.path, 'ca.pem')
    await writeFile(caFile, ca.certificate)
    await using secure = await startFaultServer({ tls })
    secure.nextAt(OIDC, metadata({ issuer: secure.url }))
    expect(await failureOf(provider({ issuer: secure.url, caFile }))).toMatchObject({
      code: 'CFG-104',
      retryable: false,
    })
    expect(server.connections).toBe(0)
  })
})
