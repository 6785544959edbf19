import { mkdir } from 'node:fs/promises'
import { inspect } from 'node:util'
import { Secret } from '@orthanc-oauth/core'
import { describe, expect, test } from 'vitest'
import { configurationText, plainServer, written } from './written.fixture.ts'

const onlyServer = async (text: string, env = {}) => {
  await using files = await written(text)
  const { servers } = await files.read(env)
  expect(servers).toHaveLength(1)
  return servers[0]
}

const revealed = (source: unknown) => (source instanceof Secret ? source.reveal() : source)

describe('readConfiguration', () => {
  test('a server with as few keys as it can have gets every default', async () => {
    const { location, locate, clientSecret, ...server } = (await onlyServer(configurationText())) ?? {}
    expect(revealed(clientSecret)).toBe(plainServer.ClientSecret)
    expect(location).toMatchObject({ path: 'DicomWebOAuth.Servers.pacs', line: 4 })
    expect(locate?.('clientSecret')).toMatchObject({ path: 'DicomWebOAuth.Servers.pacs.ClientSecret', line: 8 })
    expect(locate?.('of somebody else')).toBeUndefined()
    expect(server).toEqual({
      name: 'pacs',
      url: 'https://pacs.example/dicom-web',
      mode: 'proxy',
      provider: 'generic',
      tokenEndpoint: 'https://issuer.example/token',
      clientId: 'client',
      clientAuthentication: 'client_secret_post',
      dpop: false,
      verifySsl: true,
      allowInsecureHttp: false,
      refreshBuffer: 300_000,
      retry: {
        attempts: 3,
        strategy: 'exponential',
        initialDelay: 1000,
        multiplier: 2,
        increment: 1000,
        maxDelay: 30_000,
      },
      breaker: false,
      flags: {},
    })
  })

  test('every key of a server that works is read', async () => {
    const server = await onlyServer(
      configurationText({
        Url: 'HTTPS://PACS.example:443/a/../dicom-web//',
        Issuer: 'https://issuer.example',
        ClientAuthentication: 'private_key_jwt',
        ClientSecret: undefined,
        PrivateKey: '-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----',
        PrivateKeyId: 'kid',
        PrivateKeyAlgorithm: 'PS256',
        Scope: 'dicom.read dicom.write',
        Audience: 'https://pacs.example',
        Resource: ['urn:a', 'urn:b'],
        ExtraParameters: { organization: 'org' },
        Mode: 'proxy',
        ProviderType: 'Generic',
        TokenRefreshBufferSeconds: 0,
        HasDelete: true,
        ChunkedTransfers: false,
        HasWadoRsUniversalTransferSyntax: true,
        Timeout: 7200,
      }),
    )
    expect(server).toMatchObject({
      url: 'https://pacs.example/dicom-web',
      issuer: 'https://issuer.example',
      provider: 'generic',
      clientAuthentication: 'private_key_jwt',
      privateKeyId: 'kid',
      privateKeyAlgorithm: 'PS256',
      scope: 'dicom.read dicom.write',
      audience: 'https://pacs.example',
      resource: ['urn:a', 'urn:b'],
      refreshBuffer: 0,
      flags: { hasDelete: true, chunkedTransfers: false, hasWadoRsUniversalTransferSyntax: true, timeout: 7_200_000 },
    })
    expect(server?.extraParameters?.()).toEqual({ organization: 'org' })
    expect(revealed(server?.privateKey)).toMatch(/^-----BEGIN PRIVATE KEY-----\nMII=\n/)
    expect(server).not.toHaveProperty('clientSecret')
  })

  test("the Python plugin's other names of keys are read", async () => {
    const server = await onlyServer(
      configurationText({
        Url: undefined,
        DicomWebRoot: 'https://pacs.example/other',
        Provider: 'AUTO',
        RefreshBufferSeconds: 60,
      }),
    )
    expect(server).toMatchObject({ url: 'https://pacs.example/other', provider: 'generic', refreshBuffer: 60_000 })
  })

  test("a server's ResilienceConfig beats that of the section key by key", async () => {
    const server = await onlyServer(
      configurationText(
        { ResilienceConfig: { RetryStrategy: 'fixed', RetryInitialDelay: 0.5, CircuitBreakerTimeout: 5 } },
        { ResilienceConfig: { RetryMaxAttempts: 5, RetryStrategy: 'linear', CircuitBreakerEnabled: true } },
      ),
    )
    expect(server?.retry).toMatchObject({ attempts: 5, strategy: 'fixed', initialDelay: 500 })
    expect(server?.breaker).toEqual({ threshold: 5, resetTimeout: 5000 })
  })

  test.each([0, 1])('RetryMaxAttempts %d means no retry', async (RetryMaxAttempts) => {
    expect(await onlyServer(configurationText({ ResilienceConfig: { RetryMaxAttempts } }))).toMatchObject({
      retry: false,
    })
  })

  test('an empty value is that of a variable which was left empty: as if the key were not there', async () => {
    const server = await onlyServer(
      configurationText({
        Scope: '',
        Audience: '',
        Issuer: '',
        Resource: '',
        VerifySSL: '',
        ProviderType: '',
        JWTAudience: '',
      }),
    )
    for (const key of ['scope', 'audience', 'issuer', 'resource']) expect(server).not.toHaveProperty(key)
    expect(server).toMatchObject({ verifySsl: true, provider: 'generic' })
  })

  test('a foreign provider gets its options as they are, and what they say does not show', async () => {
    const options = { key: 'p4ssw0rd-of-acme', nested: { list: [1, null, { $ref: '_' }] }, _key: 1, $key: { _: 2 } }
    const server = await onlyServer(
      configurationText({
        ProviderType: 'Acme',
        ProviderOptions: options,
        TokenEndpoint: undefined,
        ClientId: undefined,
        ClientSecret: undefined,
      }),
    )
    expect(server?.provider).toBe('acme')
    expect(JSON.stringify(server?.providerOptions?.())).toBe(JSON.stringify(options))
    expect(JSON.stringify(server)).not.toContain('p4ssw0rd')
  })

  test('what extra parameters say does not show', async () => {
    const server = await onlyServer(configurationText({ ExtraParameters: { pin: 'p4ssw0rd-of-the-client' } }))
    expect(server?.extraParameters?.()).toEqual({ pin: 'p4ssw0rd-of-the-client' })
    for (const shown of [JSON.stringify(server), inspect(server, { depth: null, showHidden: true })])
      expect(shown).not.toContain('p4ssw0rd')
  })

  test('the section gets its defaults, and reads its keys', async () => {
    await using plain = await written(configurationText())
    expect((await plain.read()).section).toEqual({
      listen: { host: '127.0.0.1', port: 9042 },
      controlListen: { host: '127.0.0.1', port: 9043 },
      controlUsers: new Map(),
      rateLimit: { requests: 10, windowSeconds: 60 },
      enableMetrics: true,
      logLevel: 'info',
    })
    await using full = await written(
      configurationText(
        {},
        {
          Listen: '0.0.0.0:80',
          Advertise: 'https://bridge.example:9042',
          ControlListen: '[::]:0',
          ControlAdvertise: 'https://bridge.example/control/',
          ControlUsers: { admin: 'secret of admin' },
          ClientUsername: 'viewer',
          ClientPassword: 'secret of viewer',
          RateLimitRequests: 3,
          RateLimitWindowSeconds: 7,
          EnableMetrics: false,
          LogLevel: 'warning',
        },
      ),
    )
    const { section } = await full.read()
    expect(section).toMatchObject({
      listen: { host: '0.0.0.0', port: 80 },
      advertise: 'https://bridge.example:9042/',
      controlListen: { host: '::', port: 0 },
      controlAdvertise: 'https://bridge.example/control/',
      clientUsername: 'viewer',
      rateLimit: { requests: 3, windowSeconds: 7 },
      enableMetrics: false,
      logLevel: 'warn',
    })
    expect([...section.controlUsers].map(([name, password]) => [name, password.reveal()])).toEqual([
      ['admin', 'secret of admin'],
    ])
    expect(revealed(section.clientPassword)).toBe('secret of viewer')
  })

  test.each(['DicomWebOAuth', 'DicomWebOauth', 'dicomweboauth'])('the section may be called %s', async (name) => {
    const text = configurationText().replace('DicomWebOAuth', name)
    expect((await onlyServer(text))?.location.path).toBe(`${name}.Servers.pacs`)
  })

  test.each([
    ['in the section', configurationText({}, { ConfigVersion: '2.0' })],
    ['at the root', configurationText({}, {}, { ConfigVersion: '2.0' })],
    ['nowhere, which is 1.0', configurationText()],
  ])('ConfigVersion may stand %s', async (_, text) => {
    expect(await onlyServer(text)).toMatchObject({ provider: 'generic', refreshBuffer: 300_000 })
  })

  test('keys that begin with _ or $ are comments, variables in them included', async () => {
    const text = configurationText(
      { _ClientSecret: '${NOT_SET}', $comment: 1 },
      { _: ['anything'], Orthanc: { _Url: 5 } },
      { $schema: 'https://example.com' },
    ).replace('"Servers": {', '"Servers": { "_old": { "Unknown": "${NOT_SET}" },')
    expect(await onlyServer(text)).toMatchObject({ name: 'pacs' })
  })

  test('keys that begin with _ or $ are no comments where keys are names', async () => {
    const text = configurationText(
      { ExtraParameters: { _tenant: 'a', $version: 'b' } },
      { ControlUsers: { _admin: 'secret', $admin: 'secret' } },
      { RegisteredUsers: { _orthanc: 'secret' } },
    )
    await using files = await written(text)
    const { section, servers, orthanc } = await files.read()
    expect(servers[0]?.extraParameters?.()).toEqual({ _tenant: 'a', $version: 'b' })
    expect([...section.controlUsers.keys()]).toEqual(['_admin', '$admin'])
    expect(orthanc.username).toBe('_orthanc')
    await using unset = await written(text.replaceAll('"secret"', '"${NOT_SET}"'))
    expect((await unset.errors()).code).toBe('CFG-003')
  })

  test('variables are replaced in our strings, in keys and outside of strings', async () => {
    const text = configurationText(
      { ClientSecret: '${SECRET_OF_CLIENT}', Scope: '${SCOPE:-openid}' },
      {},
      { Name: '${NOT_SET}' },
    )
      .replace('"pacs"', '"${SITE}-pacs"')
      .replace('"Url"', '"Timeout": ${SECONDS}, "Url"')
    const server = await onlyServer(text, { SECRET_OF_CLIENT: 'out of the environment', SITE: 'north', SECONDS: '30' })
    expect(server).toMatchObject({ name: 'north-pacs', scope: 'openid', flags: { timeout: 30_000 } })
    expect(revealed(server?.clientSecret)).toBe('out of the environment')
  })

  test('CFG-F8: comments, trailing commas, a byte-order mark and a PEM with its line ends are read as Orthanc reads them', async () => {
    const text = `\uFEFF{ // Orthanc's own
      "Name": "O'Hara", /* "DicomWebOAuth": {} */
      "DicomWebOAuth": { "Servers": { "pacs": {
        "Url": "https://pacs.example/dicom-web", // "//" is no comment in a string
        "TokenEndpoint": "https://issuer.example/token", "ClientId": "client",
        "ClientAuthentication": "private_key_jwt",
        "PrivateKey": "-----BEGIN PRIVATE KEY-----
MII=
-----END PRIVATE KEY-----",
      }, }, }, }`
    expect(revealed((await onlyServer(text))?.privateKey)).toBe(
      '-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----',
    )
  })

  test('CFG-F8: of a folder every *.json is read, in the order of their names, and nothing else', async () => {
    await using files = await written({
      '20-oauth.json': configurationText(),
      '10-orthanc.JSON': '{ "HttpPort": 8099, "RegisteredUsers": { "first": "its password" } }',
      '30-web.json': '{ "DicomWeb": { "Root": "/web/", "Servers": { "pacs": ["https://pacs.example/dicom-web"] } } }',
      'notes.txt': 'no JSON',
    })
    await mkdir(files.path('a-folder.json'))
    const { orthanc, templates, servers } = await files.read()
    expect(orthanc).toMatchObject({ url: 'http://127.0.0.1:8099/', username: 'first', dicomWebRoot: 'web' })
    expect(templates.get('pacs')?.location.file).toBe(files.path('30-web.json'))
    expect(servers[0]?.location.file).toBe(files.path('20-oauth.json'))
  })
})
