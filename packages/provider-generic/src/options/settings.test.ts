import { OrthancOAuthError, Secret } from '@orthanc-oauth/core'
import { acquireRequest, failureOf, json, leaks, startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { genericProvider } from '../generic-provider.ts'
import type { GenericProviderOptions } from './generic-provider-options.ts'

const CANARY = 'canary-in-the-options'
const valid: GenericProviderOptions = {
  tokenEndpoint: 'https://issuer.example/token',
  clientId: 'orthanc',
  clientSecret: new Secret(CANARY),
}

/** As JavaScript may call it. */
type Anything = { readonly [Option in keyof GenericProviderOptions]?: unknown }

function refusal(changed: Anything): OrthancOAuthError {
  try {
    genericProvider({ ...valid, ...changed } as GenericProviderOptions)
  } catch (error) {
    if (error instanceof OrthancOAuthError) return error
    throw error
  }
  throw new Error('It was taken')
}

describe('options', () => {
  const cases: [string, Anything, string, string][] = [
    ['neither issuer nor endpoint', { tokenEndpoint: undefined }, 'CFG-001', 'issuer or tokenEndpoint'],
    ['an endpoint that is no URL', { tokenEndpoint: CANARY }, 'CFG-002', 'tokenEndpoint'],
    ['an endpoint with a fragment', { tokenEndpoint: 'https://issuer.example/token#a' }, 'CFG-002', 'tokenEndpoint'],
    ['another scheme', { tokenEndpoint: 'ftp://issuer.example/' }, 'CFG-002', 'tokenEndpoint'],
    ['a secret in the endpoint', { tokenEndpoint: `https://u:${CANARY}@issuer.example/` }, 'CFG-002', 'tokenEndpoint'],
    ['a user in the issuer', { issuer: `https://${CANARY}@issuer.example/` }, 'CFG-002', 'issuer'],
    ['an issuer with a query', { issuer: 'https://issuer.example/?a=b' }, 'CFG-002', 'issuer'],
    ['no client id', { clientId: undefined }, 'CFG-001', 'clientId'],
    ['an empty client id', { clientId: '' }, 'CFG-001', 'clientId'],
    ['no secret', { clientSecret: undefined }, 'CFG-001', 'clientSecret'],
    ['a secret that is a string', { clientSecret: CANARY }, 'CFG-002', 'clientSecret'],
    ['no key', { clientAuthentication: 'private_key_jwt' }, 'CFG-001', 'privateKey'],
    ['an unknown authentication', { clientAuthentication: CANARY }, 'CFG-002', 'clientAuthentication'],
    ['an extra grant_type', { extraParameters: { grant_type: CANARY } }, 'CFG-002', 'extraParameters.grant_type'],
    ['an extra client_id', { extraParameters: { client_id: CANARY } }, 'CFG-002', 'extraParameters.client_id'],
    [
      'an extra client_assertion',
      { extraParameters: { client_assertion: CANARY } },
      'CFG-002',
      'extraParameters.client_assertion',
    ],
    ['a method that is null', { clientAuthentication: null }, 'CFG-002', 'clientAuthentication'],
    ['an extra that is no string', { extraParameters: { tenant: 7 } }, 'CFG-002', 'extraParameters.tenant'],
    ['a scope twice', { scope: 'a', extraParameters: { scope: CANARY } }, 'CFG-105', 'extraParameters.scope'],
  ]
  test.each(cases)('%s: an error that names the option and shows no value', (_what, changed, code, option) => {
    const error = refusal(changed)
    expect(error).toMatchObject({ code, retryable: false, details: { option } })
    expect(error.message).toContain(option)
    expect(leaks(error, [CANARY])).toEqual([])
  })

  const listed = [CANARY]
  const wrongTypes: [keyof GenericProviderOptions, ...unknown[]][] = [
    ['issuer', null, 7, listed, new URL(`https://issuer.example/${CANARY}`)],
    ['tokenEndpoint', null, 7, listed, new URL(`https://issuer.example/${CANARY}`)],
    ['clientId', null, 7, listed],
    ['clientSecret', null, '', 7, { file: listed }],
    ['privateKey', null, '', CANARY, { file: listed }],
    ['privateKeyPassword', null, '', 0, false, CANARY, {}],
    ['privateKeyId', null, 7, listed],
    ['privateKeyAlgorithm', null, 7, listed],
    ['certificateFile', null, 7, listed, Buffer.from(CANARY)],
    ['scope', null, 7, listed],
    ['audience', null, 7, listed],
    ['resource', null, 7, [CANARY, 7], [listed], [undefined], { 0: CANARY }],
    ['extraParameters', null, 7, CANARY, listed, new Map([['a', CANARY]]), new URLSearchParams({ a: CANARY })],
    ['caFile', null, 7, listed, Buffer.from(CANARY)],
    ['verifyTls', null, 0, '', 'false', CANARY],
    ['allowInsecureHttp', null, 1, '', 'false', CANARY],
    ['onWarning', null, {}, CANARY],
  ]
  test.each(wrongTypes)('%s of a wrong type is refused by its name, whatever the method', (option, ...values) => {
    const methods = ['client_secret_post', 'private_key_jwt', 'none']
    for (const clientAuthentication of methods)
      for (const value of values) {
        const privateKey = new Secret(CANARY)
        const error = refusal({ clientAuthentication, privateKey, [option]: value })
        expect(error).toMatchObject({ code: 'CFG-002', retryable: false, details: { option } })
        expect(error.message).toContain(option)
        expect(leaks(error, [CANARY])).toEqual([])
      }
  })

  test.each([1, 9, 6000, 10080])('port %i, to which fetch connects never, is refused by its number', (port) => {
    const address = `https://issuer.example:${port}/`
    for (const option of ['issuer', 'tokenEndpoint']) {
      const error = refusal({ [option]: address })
      expect(error).toMatchObject({ code: 'CFG-002', retryable: false, details: { option, port } })
      expect(error.message).toContain(`port ${port}`)
    }
  })

  test.each([
    'http://issuer.example/token',
    'http://192.0.2.1/token',
    'http://127.0.0.1.example/token',
    'http://localhost.example/token',
    'http://[2001:db8::1]/token',
  ])('NET-F9: %s is refused, unless allowInsecureHttp says otherwise', (tokenEndpoint) => {
    expect(refusal({ tokenEndpoint })).toMatchObject({ code: 'CFG-104', details: { option: 'tokenEndpoint' } })
    expect(refusal({ issuer: tokenEndpoint })).toMatchObject({ code: 'CFG-104', details: { option: 'issuer' } })
    genericProvider({ ...valid, tokenEndpoint, allowInsecureHttp: true })
  })

  test.each(['http://127.0.0.1:2/', 'http://127.8.9.10/', 'http://localhost:2/', 'http://[::1]:2/'])(
    'NET-F9: %s is this machine',
    (tokenEndpoint) => {
      genericProvider({ ...valid, tokenEndpoint })
    },
  )

  test('what the caller changes afterwards counts no more', async () => {
    await using server = await startFaultServer()
    server.always(json({ access_token: 'token-of-nobody', token_type: 'Bearer', expires_in: 60 }))
    const clientSecret = { file: '/nowhere' }
    const extraParameters = { tenant: 'a' }
    const options = { tokenEndpoint: server.url, clientId: 'orthanc', extraParameters, clientSecret }
    const provider = genericProvider(options)
    const none = genericProvider({ ...options, clientAuthentication: 'none' })
    const { cacheKey } = provider
    extraParameters.tenant = 'b'
    clientSecret.file = '/elsewhere'
    options.clientId = 'other'
    expect(await failureOf(provider)).toMatchObject({ code: 'CFG-102', details: { file: '/nowhere' } })
    await none.acquire(acquireRequest())
    expect(server.requests[0]?.text()).toContain('tenant=a')
    expect(provider.cacheKey).toBe(cacheKey)
  })
})

describe('what a token request asks for', () => {
  test('scope, audience and extra parameters reach a real issuer, and a claims challenge', async () => {
    await using issuer = await startIssuer({ audiences: ['https://a.example/', 'https://b.example/'] })
    const provider = genericProvider({
      issuer: issuer.issuer,
      clientId: 'orthanc-none',
      clientAuthentication: 'none',
      scope: 'dicom.read',
      audience: 'https://b.example/',
      extraParameters: { tenant: 'hospital' },
    })
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    const token = await provider.acquire(acquireRequest({ claims }))
    expect(issuer.tokenRequests[0]?.parameters).toMatchObject({ tenant: 'hospital', claims })
    const payload = Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url').toString()
    expect(JSON.parse(payload)).toMatchObject({ scope: 'dicom.read', aud: 'https://b.example/' })
  })

  test('a scope that nobody is granted: AUTH-002, once, with what to do', async () => {
    await using issuer = await startIssuer()
    const { clientId, clientSecret } = issuer.clients.client_secret_post
    const options = { issuer: issuer.issuer, clientId, clientSecret: new Secret(clientSecret) }
    const error = await failureOf(genericProvider({ ...options, scope: 'dicom.admin' }))
    expect(error).toMatchObject({ code: 'AUTH-002', retryable: false, details: { error: 'invalid_scope' } })
    expect(error.troubleshooting.join()).toContain('Scope')
    expect(issuer.tokenRequests).toHaveLength(1)
  })

  test('several resources are repeated, empty ones are not sent', async () => {
    await using server = await startFaultServer()
    server.always(json({ access_token: 'token-of-nobody', token_type: 'Bearer', expires_in: 60 }))
    const options = { tokenEndpoint: server.url, clientId: 'orthanc', clientAuthentication: 'none' } as const
    const resource = ['https://a.example/', 'https://b.example/']
    await genericProvider({ ...options, resource, scope: '' }).acquire(acquireRequest())
    const sent = new URLSearchParams(server.requests[0]?.text())
    expect(sent.getAll('resource')).toEqual(resource)
    expect(sent.has('scope')).toBe(false)
  })
})

describe('cacheKey', () => {
  const key = (changed: Anything = {}) => genericProvider({ ...valid, ...changed } as GenericProviderOptions).cacheKey

  test.each<[string, Anything, Anything]>([
    ['the order of scopes', { scope: 'a b' }, { scope: 'b  a' }],
    ['the order of extra parameters', { extraParameters: { a: '1', b: '2' } }, { extraParameters: { b: '2', a: '1' } }],
    ['how a URL is written', { tokenEndpoint: 'https://Issuer.example:443/token' }, {}],
    ['what the authentication does not use', { privateKeyId: 'unused' }, {}],
    ['a default that is spelled out', { verifyTls: true, clientAuthentication: 'client_secret_post' }, {}],
  ])('does not depend on %s', (_what, one, other) => {
    expect(key(one)).toBe(key(other))
  })

  test.each<[string, Anything, Anything]>([
    ['audience and resource', { audience: 'a' }, { resource: 'a' }],
    ['one resource of two words and two resources', { resource: 'a b' }, { resource: ['a', 'b'] }],
    ['a parameter and its neighbour', { extraParameters: { a: 'b","c' } }, { extraParameters: { a: 'b', c: '' } }],
  ])('keeps apart %s', (_what, one, other) => {
    expect(key(one)).not.toBe(key(other))
  })

  test('shows neither the value of an extra parameter nor the query of an endpoint', () => {
    const tokenEndpoint = `https://issuer.example/token?code=${CANARY}`
    expect(leaks(key({ tokenEndpoint, extraParameters: { api_key: CANARY } }), [CANARY])).toEqual([])
  })
})
