import { OrthancOAuthError, Secret } from '@orthanc-oauth/core'
import {
  acquireRequest,
  answer,
  type FaultServer,
  failureOf,
  json,
  leaks,
  startFaultServer,
} from '@orthanc-oauth/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type KeycloakProviderOptions, keycloakProvider } from './keycloak-provider.ts'

const OIDC = '/.well-known/openid-configuration'
const SECRET = 'canary-of-the-client'

let server: FaultServer

beforeEach(async () => {
  server = await startFaultServer()
  server.always(answer({ status: 404 }))
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

/** A realm at this path answers with a token; its metadata may say something else. */
function realmAt(path: string, more: object = {}): void {
  const issuer = `${server.url}${path}`
  server.nextAt(`${path}${OIDC}`, json({ issuer, token_endpoint: `${issuer}/token`, ...more }))
  const token = json({ access_token: 'token-of-nobody', token_type: 'Bearer', expires_in: 300 })
  server.nextAt(`${path}/token`, token, token)
}

const provider = (path: string, more: Partial<KeycloakProviderOptions> = {}) =>
  keycloakProvider({
    realmUrl: `${server.url}${path}`,
    clientId: 'orthanc',
    clientSecret: new Secret(SECRET),
    ...more,
  })

const asked = () => server.requests.map(({ target }) => target)

function mistakeOf(options: object): OrthancOAuthError {
  try {
    keycloakProvider({ clientId: 'orthanc', clientSecret: new Secret(SECRET), ...options } as KeycloakProviderOptions)
  } catch (error) {
    if (error instanceof OrthancOAuthError) return error
    throw error
  }
  throw new Error('A provider was made')
}

describe('the realm', () => {
  test.each(['/realms/orthanc', '/realms/orthanc/', '/realms/orthanc//'])(
    '%s is found where it is given',
    async (path) => {
      realmAt('/realms/orthanc')
      await provider(path).acquire(acquireRequest())
      expect(asked()).toEqual([`/realms/orthanc${OIDC}`, '/realms/orthanc/token'])
    },
  )

  test.each([
    ['/realms/orthanc', '/auth/realms/orthanc'],
    ['/auth/realms/orthanc', '/realms/orthanc'],
    ['/sso/realms/orthanc/', '/sso/auth/realms/orthanc'],
  ])('%s is found at %s where it lies there, and that is remembered', async (given, real) => {
    realmAt(real)
    const one = provider(given)
    await one.acquire(acquireRequest())
    await one.acquire(acquireRequest())
    expect(asked().slice(-3)).toEqual([`${real}${OIDC}`, `${real}/token`, `${real}/token`])
    expect(asked().filter((target) => target === `${real}${OIDC}`)).toHaveLength(1)
  })

  test('that is looked up again is asked for where it was found', async () => {
    const real = '/auth/realms/orthanc'
    const issuer = `${server.url}${real}`
    const metadata = json({ issuer, token_endpoint: `${issuer}/token` })
    server.nextAt(`${real}${OIDC}`, metadata, metadata)
    const one = provider('/realms/orthanc')
    await failureOf(one)
    const before = asked().length
    await failureOf(one)
    expect(asked().slice(before)).toEqual([`${real}${OIDC}`, `${real}/token`])
  })

  test('that is nowhere: CFG-002 that names realmUrl and both places, and no secret leaves', async () => {
    const error = await failureOf(provider('/realms/none'))
    expect(error).toMatchObject({ code: 'CFG-002', retryable: false, details: { option: 'realmUrl' } })
    expect(error.troubleshooting.join(' ')).toContain(`${server.url}/realms/none nor at ${server.url}/auth/realms/none`)
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true)
    expect(leaks(server.requests, [SECRET])).toEqual([])
  })

  test('that calls itself otherwise: CFG-002 that tells of hostname, and no secret leaves', async () => {
    realmAt('/realms/orthanc', { issuer: 'https://keycloak.example/realms/orthanc' })
    const error = await failureOf(provider('/realms/orthanc'))
    expect(error).toMatchObject({ code: 'CFG-002', details: { option: 'realmUrl' } })
    expect(error.troubleshooting.join(' ')).toContain('hostname-backchannel-dynamic')
    expect(asked()).toEqual([`/realms/orthanc${OIDC}`])
  })

  test('is not looked for where it was not found because Keycloak is busy', async () => {
    server.nextAt(`/realms/orthanc${OIDC}`, answer({ status: 503 }))
    expect(await failureOf(provider('/realms/orthanc'))).toMatchObject({ code: 'AUTH-003', retryable: true })
    expect(asked()).toHaveLength(1)
  })

  test('needs no metadata where the token endpoint is given', async () => {
    server.nextAt('/inside/token', json({ access_token: 'token', token_type: 'Bearer', expires_in: 300 }))
    await provider('/realms/orthanc', { tokenEndpoint: `${server.url}/inside/token` }).acquire(acquireRequest())
    expect(asked()).toEqual(['/inside/token'])
  })
})

describe('a mistake', () => {
  test.each([
    [{}, 'CFG-001', 'realmUrl'],
    [{ realmUrl: '' }, 'CFG-001', 'realmUrl'],
    [{ realmUrl: 7 }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'keycloak' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'https://keycloak.example/' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'https://keycloak.example/realms/' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'https://keycloak.example/realms/orthanc/protocol/openid-connect/token' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'https://keycloak.example/realms/orthanc?a=b' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'https://keycloak.example/realms/orthanc#a' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'https://user:password@keycloak.example/realms/orthanc' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'ftp://keycloak.example/realms/orthanc' }, 'CFG-002', 'realmUrl'],
    [{ realmUrl: 'http://keycloak.example/realms/orthanc' }, 'CFG-104', 'realmUrl'],
    [{ realmUrl: 'https://keycloak.example/realms/orthanc', clientSecret: undefined }, 'CFG-001', 'clientSecret'],
  ])('%j: %s that names %s', (options, code, option) => {
    const error = mistakeOf(options)
    expect(error).toMatchObject({ code, details: { option } })
    expect(error.message).toContain(option)
    expect(leaks(error, ['password@'])).toEqual([])
  })
})

describe('the provider', () => {
  test('is called keycloak, and its cache key begins so and holds no secret', () => {
    const { name, cacheKey } = provider('/realms/orthanc')
    expect(name).toBe('keycloak')
    expect(cacheKey).toMatch(/^keycloak/)
    expect(leaks(cacheKey, [SECRET])).toEqual([])
  })

  test('has one cache key for a realm with and without a slash at the end', () => {
    expect(provider('/realms/orthanc/').cacheKey).toBe(provider('/realms/orthanc').cacheKey)
  })
})
