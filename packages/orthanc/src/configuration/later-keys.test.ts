import { describe, expect, test } from 'vitest'
import { configurationText, lineOf, written } from './written.fixture.ts'

type Json = Readonly<Record<string, unknown>>

describe('a key whose work is still to come', () => {
  test.each<[string, Json]>([
    ['UseManagedIdentity', { UseManagedIdentity: true }],
    ['UseDefaultCredential', { UseDefaultCredential: true }],
    ['UseInstanceProfile', { UseInstanceProfile: true }],
    ['ServiceAccount', { ServiceAccount: {} }],
    ['ServiceAccountFile', { ServiceAccountFile: 'x' }],
    ['RoleArn', { RoleArn: 'x' }],
  ])('%s is refused, because ignoring it would weaken something or leave no token', async (key, server) => {
    const text = configurationText(server)
    await using files = await written(text)
    const { errors } = await files.errors()
    expect(errors).toMatchObject([
      {
        code: 'CFG-103',
        details: {
          path: `DicomWebOAuth.Servers.pacs.${key}`,
          line: lineOf(text, `"${key}"`),
          found: expect.stringContaining('still to come'),
          expected: expect.stringMatching(/.{20}/),
        },
      },
    ])
  })

  test.each(['azure', 'Google', 'aws', 'AzureManagedIdentity'])('the provider %s is refused', async (ProviderType) => {
    await using files = await written(configurationText({ ProviderType }))
    expect((await files.errors()).errors).toMatchObject([
      {
        code: 'CFG-103',
        details: {
          path: 'DicomWebOAuth.Servers.pacs.ProviderType',
          found: expect.stringContaining(ProviderType.toLowerCase()),
        },
      },
    ])
  })

  test.each([
    ['TokenEndpoint', 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token', 'azure'],
    ['TokenEndpoint', 'https://LOGIN.microsoftonline.us/tenant/oauth2/v2.0/token', 'azure'],
    ['TokenEndpoint', 'https://oauth2.googleapis.com/token', 'google'],
    ['TokenEndpoint', 'https://sts.eu-west-1.amazonaws.com/', 'aws'],
    ['Issuer', 'https://accounts.google.com', 'google'],
  ])('a host of a provider, found by auto, is refused: %s %s', async (key, url, provider) => {
    await using files = await written(configurationText({ TokenEndpoint: undefined, [key]: url }))
    expect((await files.errors()).errors).toMatchObject([
      {
        code: 'CFG-103',
        details: {
          path: `DicomWebOAuth.Servers.pacs.${key}`,
          found: `a host of the provider ${provider}, whose work is still to come`,
        },
      },
    ])
  })

  test('generic is generic, whatever the host', async () => {
    await using files = await written(
      configurationText({
        ProviderType: 'generic',
        TokenEndpoint: 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token',
      }),
    )
    expect((await files.read()).servers[0]?.provider).toBe('generic')
  })

  test.each<[string, Json, Json]>([
    ['Dialect', { Dialect: 'azure' }, {}],
    ['RewriteUrls', { RewriteUrls: true }, {}],
    ['MaxRequestBytes', { MaxRequestBytes: 5 }, {}],
    ['TenantId', { TenantId: 'x' }, {}],
    ['Region', { Region: 'x' }, {}],
    ['DisableJWTValidation', { DisableJWTValidation: true }, {}],
    ['ProviderOptions', { ProviderOptions: {} }, {}],
    ['PrivateKey', { PrivateKey: 'x' }, {}],
    ['ClientSecret', { ClientAuthentication: 'none' }, {}],
    ['CacheBackend', {}, { CacheBackend: 'redis' }],
    ['Redis', {}, { Redis: { Password: 'x' } }],
    ['LogFile', {}, { LogFile: 'x' }],
    ['AuthorizeKey', {}, { AuthorizeKey: 'x' }],
    ['AuditUids', {}, { AuditUids: 'hashed' }],
  ])('%s gives one warning, and the rest goes on', async (key, server, section) => {
    const text = configurationText(server, section)
    await using files = await written(text)
    const { warnings } = await files.read()
    const inServer = Object.keys(server).length > 0
    expect(warnings).toEqual([
      {
        message: expect.stringContaining('has no effect'),
        location: {
          file: files.path('orthanc.json'),
          path: inServer ? `DicomWebOAuth.Servers.pacs.${key}` : `DicomWebOAuth.${key}`,
          line: lineOf(text, `"${key}"`),
        },
        ...(inServer && { server: 'pacs' }),
      },
    ])
  })

  test('a value that asks for what is done anyway is no matter', async () => {
    await using files = await written(
      configurationText(
        {
          DPoP: false,
          UseManagedIdentity: false,
          JWTPublicKey: '',
          JWTAudience: null,
          JWTAlgorithms: [],
          Mode: 'proxy',
        },
        { CacheBackend: 'memory' },
      ),
    )
    expect((await files.read()).warnings).toEqual([])
  })

  test('a section GoogleCloudPlatform gives one warning, because its servers get no token from here', async () => {
    const text = configurationText({}, {}, { GoogleCloudPlatform: { Accounts: { one: {}, two: {} } } })
    await using files = await written(text)
    expect((await files.read()).warnings).toEqual([
      {
        message: expect.stringContaining('a server in it gets no token'),
        location: {
          file: files.path('orthanc.json'),
          path: 'GoogleCloudPlatform',
          line: lineOf(text, 'GoogleCloudPlatform'),
        },
      },
    ])
  })

  test('certificates that are not verified are warned of', async () => {
    await using files = await written(configurationText({ VerifySSL: false }))
    const { warnings, servers } = await files.read()
    expect(servers[0]?.verifySsl).toBe(false)
    expect(warnings).toMatchObject([{ message: expect.stringContaining('certificates are not verified') }])
  })
})
