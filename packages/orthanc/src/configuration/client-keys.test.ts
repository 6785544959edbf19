import { Secret } from '@orthanc-oauth/core'
import { leaks } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { configurationText, type Json, lineOf, written } from './written.fixture.ts'

const FILES = { 'client.crt': 'x', 'client.key': 'x', token: 'x', password: 'secret' }
const both = { ClientCertificateFile: 'client.crt', ClientCertificateKeyFile: 'client.key' }
const noSecret = { ClientSecret: undefined }

async function read(server: Json) {
  await using files = await written({ ...FILES, 'orthanc.json': configurationText(server) })
  const { servers, warnings } = await files.read({}, 'orthanc.json')
  return { server: servers[0], warnings: warnings.map(({ location }) => location.path.split('.').at(-1)), files }
}

async function errorsOf(server: Json) {
  const text = configurationText(server)
  await using files = await written({ ...FILES, 'orthanc.json': text })
  const error = await files.errors({}, 'orthanc.json')
  return error.errors.map(({ code, details: { path, line, expected } }) => {
    const key = String(path).split('.').at(-1) ?? ''
    const at = lineOf(text, `"${key}"`)
    if (at > 0) expect(line).toBe(at)
    expect(String(expected).length).toBeGreaterThan(4)
    return [code, key]
  })
}

describe('a client certificate', () => {
  test('with its key is shown, to issuer and server', async () => {
    const { server, files } = await read({ ...both, ClientCertificateKeyPasswordFile: 'password' })
    expect(server?.clientCertificate).toEqual({
      certificateFile: files.path('client.crt'),
      keyFile: files.path('client.key'),
      keyPassword: { file: files.path('password') },
    })
    expect(server?.clientCertificateFile).toBeUndefined()
  })

  test('is the authentication of tls_client_auth, and a secret has no effect then', async () => {
    const { server, warnings } = await read({ ...both, ClientAuthentication: 'tls_client_auth' })
    expect(server).toMatchObject({ clientAuthentication: 'tls_client_auth' })
    expect(server).not.toHaveProperty('clientSecret')
    expect(warnings).toEqual(['ClientSecret'])
  })

  test('without its key goes into the assertions of private_key_jwt', async () => {
    const { server, files } = await read({
      ...noSecret,
      ClientAuthentication: 'private_key_jwt',
      PrivateKey: 'pem',
      ClientCertificateFile: 'client.crt',
    })
    expect(server?.clientCertificateFile).toBe(files.path('client.crt'))
    expect(server).not.toHaveProperty('clientCertificate')
  })

  test.each<[string, Json, readonly (readonly [string, string])[]]>([
    ['without its key', { ClientCertificateFile: 'client.crt' }, [['CFG-001', 'ClientCertificateKeyFile']]],
    ['key without it', { ClientCertificateKeyFile: 'client.key' }, [['CFG-001', 'ClientCertificateFile']]],
    [
      'neither for tls_client_auth',
      { ...noSecret, ClientAuthentication: 'tls_client_auth' },
      [
        ['CFG-001', 'ClientCertificateFile'],
        ['CFG-001', 'ClientCertificateKeyFile'],
      ],
    ],
    ['no file', { ...both, ClientCertificateFile: 'none' }, [['CFG-102', 'ClientCertificateFile']]],
    ['no key file', { ...both, ClientCertificateKeyFile: 'none' }, [['CFG-102', 'ClientCertificateKeyFile']]],
    ['over http', { ...both, Url: 'http://127.0.0.1/' }, [['CFG-002', 'Url']]],
    ['over http to the issuer', { ...both, TokenEndpoint: 'http://127.0.0.1/' }, [['CFG-002', 'TokenEndpoint']]],
    ['password of nothing', { ClientCertificateKeyPassword: 'secret' }, [['CFG-001', 'ClientCertificateKeyFile']]],
  ])('%s is an error with its place', async (_what, server, expected) => {
    expect(await errorsOf(server)).toEqual(expect.arrayContaining(expected as unknown[]))
    expect(await errorsOf(server)).toHaveLength(expected.length)
  })
})

describe('FederatedTokenFile', () => {
  test('is the authentication: nothing else is needed', async () => {
    const { server, files } = await read({ ...noSecret, FederatedTokenFile: 'token' })
    expect(server).toMatchObject({
      clientAuthentication: 'private_key_jwt',
      federatedTokenFile: files.path('token'),
    })
  })

  test('beside another method is an error', async () => {
    expect(await errorsOf({ FederatedTokenFile: 'token', ClientAuthentication: 'client_secret_post' })).toEqual([
      ['CFG-105', 'ClientAuthentication'],
    ])
    expect(await errorsOf({ ...noSecret, FederatedTokenFile: 'none' })).toEqual([['CFG-102', 'FederatedTokenFile']])
  })
})

test('DPoP and HttpProxy are read, and the password of a proxy shows nowhere', async () => {
  const { server } = await read({ DPoP: true, HttpProxy: 'http://user:p4ssword@proxy.example:3128' })
  expect(server).toMatchObject({ dpop: true, httpProxy: expect.any(Secret) })
  expect(server?.httpProxy?.reveal()).toBe('http://user:p4ssword@proxy.example:3128')
  expect(leaks(server, ['p4ssword'])).toEqual([])
})

describe('keycloak', () => {
  test.each<[string, Json, string]>([
    ['RealmUrl', { RealmUrl: 'https://k.example/realms/a', TokenEndpoint: undefined }, 'https://k.example/realms/a'],
    ['Issuer', { Issuer: 'https://k.example/realms/a', TokenEndpoint: undefined }, 'https://k.example/realms/a'],
    [
      'TokenEndpoint',
      { TokenEndpoint: 'https://k.example/auth/realms/a/protocol/openid-connect/token' },
      'https://k.example/auth/realms/a',
    ],
  ])('is found by %s', async (_key, server, realmUrl) => {
    expect((await read(server)).server).toMatchObject({ provider: 'keycloak', realmUrl })
  })

  test('wants its realm', async () => {
    expect(await errorsOf({ ProviderType: 'keycloak' })).toEqual([['CFG-001', 'RealmUrl']])
  })

  test('generic is generic, also for its addresses', async () => {
    const server = {
      ProviderType: 'generic',
      TokenEndpoint: 'https://k.example/realms/a/protocol/openid-connect/token',
    }
    expect((await read(server)).server).toMatchObject({ provider: 'generic' })
    expect((await read(server)).server).not.toHaveProperty('realmUrl')
  })
})

describe('verification', () => {
  test('is asked for by a key or where keys are, and by what is expected', async () => {
    const { server } = await read({
      JWTJwksUri: 'https://issuer.example/jwks',
      JWTIssuer: 'https://issuer.example/',
      JWTAudience: 'pacs',
      JWTAlgorithms: 'RS256',
    })
    expect(server?.verification).toEqual({
      jwksUri: 'https://issuer.example/jwks',
      issuer: 'https://issuer.example/',
      audience: 'pacs',
      algorithms: ['RS256'],
    })
    expect((await read({ JWTPublicKey: 'pem', JWTAlgorithms: ['ES256', ''] })).server?.verification).toEqual({
      publicKey: 'pem',
      algorithms: ['ES256'],
    })
  })

  test.each<Json>([{}, { JWTPublicKey: '', JWTAudience: null, JWTAlgorithms: [] }])(
    '%j asks for none',
    async (server) => {
      expect((await read(server)).server).not.toHaveProperty('verification')
    },
  )

  test.each<[Json, string, string]>([
    [{ JWTAudience: 'pacs' }, 'CFG-001', 'JWTPublicKey'],
    [{ JWTIssuer: 'x' }, 'CFG-001', 'JWTPublicKey'],
    [{ JWTAlgorithms: 'RS256' }, 'CFG-001', 'JWTPublicKey'],
    [{ JWTPublicKey: 'pem', JWTJwksUri: 'https://issuer.example/jwks' }, 'CFG-105', 'JWTJwksUri'],
    [{ JWTJwksUri: 'http://issuer.example/jwks' }, 'CFG-104', 'JWTJwksUri'],
    [{ JWTJwksUri: 'https://user:pass@issuer.example/jwks' }, 'CFG-104', 'JWTJwksUri'],
    [{ JWTJwksUri: 'jwks' }, 'CFG-002', 'JWTJwksUri'],
    [{ JWTPublicKey: 5 }, 'CFG-002', 'JWTPublicKey'],
    [{ JWTPublicKey: 'pem', JWTAlgorithms: 5 }, 'CFG-002', 'JWTAlgorithms'],
  ])('%j is %s at %s', async (server, code, key) => {
    expect(await errorsOf(server)).toEqual([[code, key]])
  })
})
