import { randomBytes } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { readSecret } from '@orthanc-oauth/core'
import { leaks } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { configurationText, lineOf, written } from './written.fixture.ts'

const canary = () => `canary-${randomBytes(16).toString('hex')}`

describe('a secret in a URL', () => {
  test.each([
    ['Url', 'https://user:@@pacs.example/'],
    ['Url', 'https://@@@pacs.example/'],
    ['TokenEndpoint', 'https://user:@@issuer.example/token'],
    ['TokenEndpoint', 'https://issuer.example/token?client_secret=@@'],
    ['Issuer', 'https://:@@issuer.example/'],
  ])('CFG-F1: of %s is refused, and nothing of it shows (%s)', async (key, url) => {
    const secret = canary()
    const text = configurationText({ [key]: url.replace('@@', `${secret}@`) })
    await using files = await written(text)
    const error = await files.errors()
    expect(error.errors).toMatchObject([{ code: 'CFG-104', details: { line: lineOf(text, `"${key}"`) } }])
    expect(leaks(error, [secret])).toEqual([])
  })
})

describe('a secret', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['ClientSecret', { ClientSecret: '' }],
    ['PrivateKey', { PrivateKey: '' }],
    ['ClientSecretFile', { ClientSecretFile: '' }],
  ])('CFG-F2: that is empty is refused: %s', async (key, server) => {
    await using files = await written(configurationText(server))
    expect((await files.errors()).errors).toContainEqual(
      expect.objectContaining({
        code: 'CFG-002',
        message: expect.stringContaining(`pacs.${key}: found an empty string`),
      }),
    )
  })

  test.each([
    ['', 'the path of an empty file', 'CFG-002'],
    ['\n', 'the path of an empty file', 'CFG-002'],
    [undefined, 'the path of a file that cannot be read', 'CFG-102'],
  ])('CFG-F2: in a file with the text %j is refused', async (content, found, code) => {
    await using files = await written(configurationText({ ClientSecret: undefined, ClientSecretFile: 'secret.txt' }))
    if (content !== undefined) await writeFile(files.path('secret.txt'), content, { mode: 0o600 })
    expect((await files.errors()).errors).toMatchObject([{ code, details: { found } }])
  })

  test('CFG-F2: in a file loses one trailing newline, and its path is relative to the file that names it', async () => {
    await using files = await written(configurationText({ ClientSecret: undefined, ClientSecretFile: 'secret.txt' }))
    await writeFile(files.path('secret.txt'), 'of the file\n\n', { mode: 0o600 })
    const { servers, warnings } = await files.read()
    expect(servers[0]?.clientSecret).toEqual({ file: files.path('secret.txt') })
    const read = await readSecret(servers[0]?.clientSecret ?? { file: '' })
    expect(read.reveal()).toBe('of the file\n')
    expect(warnings).toEqual([])
  })

  test('CFG-F3: in a file that everybody may read is warned of', async () => {
    const text = configurationText({ ClientSecret: undefined, ClientSecretFile: 'secret.txt' })
    await using files = await written(text)
    await writeFile(files.path('secret.txt'), 'of the file')
    await chmod(files.path('secret.txt'), 0o644)
    expect((await files.read()).warnings).toMatchObject([
      {
        message: expect.stringContaining('every user of this machine may read the file'),
        server: 'pacs',
        location: { path: 'DicomWebOAuth.Servers.pacs.ClientSecretFile', line: lineOf(text, 'ClientSecretFile') },
      },
    ])
    await chmod(files.path('secret.txt'), 0o640)
    expect((await files.read()).warnings).toEqual([])
  })

  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    ['ClientSecretFile', { ClientSecretFile: 'secret.txt' }, {}],
    ['PrivateKeyFile', { PrivateKey: 'x', PrivateKeyFile: 'secret.txt' }, {}],
    ['ClientPasswordFile', {}, { ClientUsername: 'u', ClientPassword: 'x', ClientPasswordFile: 'secret.txt' }],
    ['PasswordFile', {}, { Orthanc: { Password: 'x', PasswordFile: 'secret.txt' } }],
  ])('both inline and in a file is refused: %s', async (key, server, section) => {
    await using files = await written(configurationText(server, section))
    await writeFile(files.path('secret.txt'), 'of the file', { mode: 0o600 })
    const { errors } = await files.errors()
    expect(errors).toMatchObject([{ code: 'CFG-105' }])
    expect(errors[0].details.path).toMatch(new RegExp(`\\.${key}$`))
  })

  test('CFG-F6: every one of a configuration stays out of what it can be made to say', async () => {
    const [client, key, user, viewer, orthanc, header, template, foreign, registered] = Array.from(
      { length: 9 },
      canary,
    )
    const secrets = [client, key, user, viewer, orthanc, header, template, foreign, registered] as string[]
    const text = configurationText(
      { ClientSecret: client, PrivateKey: key, ProviderOptions: { key: foreign } },
      {
        ControlUsers: { admin: user },
        ClientUsername: 'viewer',
        ClientPassword: viewer,
        Orthanc: { Password: orthanc },
      },
      {
        RegisteredUsers: { other: registered },
        DicomWeb: {
          Servers: { pacs: { Url: 'https://pacs.example/', Password: template, HttpHeaders: { 'X-Key': header } } },
        },
      },
    )
    await using files = await written(text)
    const configuration = await files.read()
    expect(configuration.templates.get('pacs')?.headers['x-key']?.reveal()).toBe(header)
    expect(leaks(configuration, secrets)).toEqual([])
  })

  test.each([
    'ClientSecret',
    'ClientId',
    'Mode',
    'ClientAuthentication',
    'Url',
    'TokenRefreshBufferSeconds',
    'VerifySSL',
    'ProviderType',
    'JWTPublicKey',
  ])('CFG-F6: that was put at the wrong key, or has the wrong type, stays out of the error: %s', async (key) => {
    const secret = canary()
    for (const value of [secret, [secret], { [key]: secret }]) {
      await using files = await written(configurationText({ [key]: value, Url2: secret }))
      expect(leaks(await files.errors(), [secret])).toEqual([])
    }
  })

  test('CFG-F6: out of a variable with a quote in it stays out of the error, also where it became a key', async () => {
    const [first, second] = [canary(), canary()]
    await using files = await written(configurationText({ ClientSecret: '${SECRET_OF_CLIENT}' }))
    const asKey = await files.errors({ SECRET_OF_CLIENT: `${first}", "${second}": "x` })
    expect(asKey.errors).toMatchObject([
      { code: 'CFG-100', details: { path: 'DicomWebOAuth.Servers.pacs["${SECRET_OF_CLIENT}"]' } },
    ])
    const broken = await files.errors({ SECRET_OF_CLIENT: `${first}"${second}` })
    expect(broken.errors).toMatchObject([{ code: 'CFG-101' }])
    for (const error of [asKey, broken]) expect(leaks(error, [first, second])).toEqual([])
  })
})
