import { symlink } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { configurationText, lineOf, plainServer, written } from './written.fixture.ts'

type Json = Readonly<Record<string, unknown>>

/** One thing wrong: what is said of it, and where. */
async function onlyError(text: string, env = {}) {
  await using files = await written(text)
  const { errors } = await files.errors(env)
  expect(errors.map(({ message }) => message)).toHaveLength(1)
  const { code, message, details } = errors[0]
  const { file, ...rest } = details
  expect(file).toBe(files.path('orthanc.json'))
  expect(message).toContain(
    `${file}:${details.line}: ${details.path}: found ${details.found}, expected ${details.expected}`,
  )
  return { code, ...rest }
}

const IN_SERVER = 'DicomWebOAuth.Servers.pacs'

describe('a server with a bad value', () => {
  test.each<[string, Json, string, string, string]>([
    ['Url', { Url: 5 }, 'CFG-002', 'a number', 'the URL of the DICOMweb server'],
    [
      'Url',
      { Url: 'pacs/dicom-web' },
      'CFG-002',
      'a string that is no http or https URL',
      'an absolute URL that begins with https://',
    ],
    [
      'Url',
      { Url: 'ftp://pacs/' },
      'CFG-002',
      'a string that is no http or https URL',
      'an absolute URL that begins with https://',
    ],
    ['Url', { Url: 'https://pacs/?a=b' }, 'CFG-002', 'a URL with a query or a fragment', 'a URL without'],
    ['Url', { Url: 'https://pacs/#a' }, 'CFG-002', 'a URL with a query or a fragment', 'a URL without'],
    ['Issuer', { Issuer: 'https://issuer/?a' }, 'CFG-002', 'a URL with a query or a fragment', 'a URL without'],
    [
      'TokenEndpoint',
      { TokenEndpoint: 'https://issuer/#a' },
      'CFG-002',
      'a URL with a query or a fragment',
      'a URL without a fragment',
    ],
    ['TokenEndpoint', { TokenEndpoint: ['https://issuer'] }, 'CFG-002', 'a list', 'the URL of the token endpoint'],
    ['ClientId', { ClientId: null }, 'CFG-002', 'null', 'a string'],
    ['ClientSecret', { ClientSecret: 12345678 }, 'CFG-002', 'a number', 'a string that is not empty'],
    [
      'TokenRefreshBufferSeconds',
      { TokenRefreshBufferSeconds: '300' },
      'CFG-002',
      'a string',
      'a whole number from 0 to 3600 (seconds)',
    ],
    [
      'TokenRefreshBufferSeconds',
      { TokenRefreshBufferSeconds: 3601 },
      'CFG-002',
      'the number 3601',
      'a whole number from 0 to 3600 (seconds)',
    ],
    [
      'TokenRefreshBufferSeconds',
      { TokenRefreshBufferSeconds: 1.5 },
      'CFG-002',
      'the number 1.5',
      'a whole number from 0 to 3600 (seconds)',
    ],
    ['VerifySSL', { VerifySSL: 1 }, 'CFG-002', 'a number', 'true, false or the path of a CA bundle'],
    [
      'VerifySSL',
      { VerifySSL: 'no/such.pem' },
      'CFG-102',
      'the path of a file that cannot be read',
      'the path of a file that exists and that this user may read',
    ],
    ['HasDelete', { HasDelete: 'true' }, 'CFG-002', 'a string', 'true or false'],
    ['Resource', { Resource: {} }, 'CFG-002', 'an object', 'a string or a list of strings'],
    ['ExtraParameters', { ExtraParameters: { max_age: 5 } }, 'CFG-002', 'a number', 'a string'],
    ['Mode', { Mode: 'push' }, 'CFG-103', 'push, whose work is still to come', 'proxy'],
    ['Url', { Url: undefined }, 'CFG-001', 'nothing', 'the URL of the DICOMweb server'],
    ['ClientId', { ClientId: '' }, 'CFG-001', 'nothing', 'the id of the client at the issuer'],
    [
      'ClientSecret',
      { ClientSecret: undefined },
      'CFG-001',
      'nothing',
      'a secret, or ClientSecretFile, for client_secret_post',
    ],
    [
      'TokenEndpoint',
      { TokenEndpoint: undefined },
      'CFG-001',
      'nothing',
      'the URL of the token endpoint, or Issuer, where it is to be found out',
    ],
    [
      'PrivateKey',
      { ClientAuthentication: 'private_key_jwt', ClientSecret: undefined },
      'CFG-001',
      'nothing',
      'a PEM or a JWK, or PrivateKeyFile, for private_key_jwt',
    ],
    [
      'DicomWebRoot',
      { DicomWebRoot: 'https://other' },
      'CFG-105',
      'both Url and DicomWebRoot',
      'one of the two: they are names of one key',
    ],
    [
      'ClientSecret',
      { ClientSecret: '${NOT_SET}' },
      'CFG-003',
      '${NOT_SET}, which is not set',
      'the environment variable NOT_SET, or a default: ${NOT_SET:-…}',
    ],
  ])('%s: %j is refused', async (key, server, code, found, expected) => {
    const text = configurationText(server)
    const error = await onlyError(text)
    const nested = key === 'ExtraParameters' ? '.max_age' : ''
    expect(error).toMatchObject({ code, found, expected, path: `${IN_SERVER}.${key}${nested}` })
    const place = nested ? '"max_age"' : `"${key}"`
    expect(error).toHaveProperty('line', text.includes(place) ? lineOf(text, place) : lineOf(text, '"pacs"'))
  })
})

describe('an unknown word', () => {
  test.each<[string, string, Json, Json, string | undefined, string]>([
    ['in a server', 'ClientSecert', { ClientSecert: 'x' }, {}, 'ClientSecret', 'a known key'],
    ['in another letter case', 'clientid', { clientid: 'x' }, {}, 'ClientId', 'a known key'],
    ['far from every other', 'Zebra', { Zebra: 1 }, {}, undefined, 'a known key'],
    ['that belongs beside Servers', 'Listen', { Listen: 'x' }, {}, undefined, 'this key beside Servers'],
    ['in the section', 'ControlUser', {}, { ControlUser: {} }, 'ControlUsers', 'a known key'],
    ['that belongs into a server', 'TokenEndpoint', {}, { TokenEndpoint: 'x' }, undefined, 'this key within a server'],
    [
      'in ResilienceConfig',
      'RetryMaxAttempt',
      { ResilienceConfig: { RetryMaxAttempt: 3 } },
      {},
      'RetryMaxAttempts',
      'a known key',
    ],
    ['in Orthanc', 'User', {}, { Orthanc: { User: 'x' } }, undefined, 'a known key'],
    ['in Orthanc, nearly right', 'UserName', {}, { Orthanc: { UserName: 'x' } }, 'Username', 'a known key'],
  ])('CFG-F5: %s (%s) is named with the nearest known one', async (_, key, server, section, nearest, expected) => {
    const text = configurationText(server, section)
    const error = await onlyError(text)
    expect(error).toMatchObject({ code: 'CFG-100', found: 'an unknown key', expected, line: lineOf(text, `"${key}"`) })
    expect(error).toHaveProperty('path', expect.stringMatching(`\\.${key}$`))
    expect('nearest' in error ? error.nearest : undefined).toBe(nearest)
  })

  test.each<[string, Json, Json, string | undefined]>([
    ['ClientAuthentication', { ClientAuthentication: 'client_secret_pots' }, {}, 'client_secret_post'],
    ['Mode', { Mode: 'sideways' }, {}, undefined],
    ['RetryStrategy', { ResilienceConfig: { RetryStrategy: 'Exponential' } }, {}, 'exponential'],
    ['LogLevel', {}, { LogLevel: 'WARNIN' }, 'WARNING'],
  ])('CFG-F5: of %s is answered with the nearest known one', async (key, server, section, nearest) => {
    const error = await onlyError(configurationText(server, section))
    expect(error).toMatchObject({ code: 'CFG-002', path: expect.stringMatching(`${key}$`) })
    expect('nearest' in error ? error.nearest : undefined).toBe(nearest)
  })

  test.each([
    '"__proto__": { "Url": "x" },',
    '"pacs": { "__proto__": {} },',
    '"pacs": { "ResilienceConfig": { "__proto__": 1 } },',
  ])('CFG-F5: __proto__ is refused: %s', async (inServers) => {
    const text = configurationText().replace('"pacs"', '"other"').replace('"Servers": {', `"Servers": {\n${inServers}`)
    await using files = await written(text)
    const { errors } = await files.errors()
    const refused = errors.filter(({ details }) => String(details.path).endsWith('__proto__'))
    expect(refused).toMatchObject([{ code: 'CFG-100', details: { line: lineOf(text, '__proto__') } }])
    expect(({} as Json).Url).toBeUndefined()
  })
})

describe('names and prefixes', () => {
  const two = (first: string, second: string, name = 'other') =>
    configurationText({ Url: first }).replace(
      '"Servers": {',
      `"Servers": {\n"${name}": ${JSON.stringify({ ...plainServer, Url: second })},`,
    )

  test('CFG-F7: the same name twice is an error', async () => {
    const text = two('https://a.example', 'https://b.example', 'pacs')
    expect(await onlyError(text)).toMatchObject({ code: 'CFG-105', found: 'a key twice', path: IN_SERVER, line: 5 })
  })

  test('CFG-F7: names that differ in letter case alone are two servers, as to Orthanc', async () => {
    await using files = await written(two('https://a.example', 'https://b.example', 'PACS'))
    expect((await files.read()).servers.map(({ name }) => name)).toEqual(['PACS', 'pacs'])
  })

  test.each([
    ['https://a.example/x', 'https://a.example/x'],
    ['https://a.example/x', 'https://a.example/x/'],
    ['https://a.example/x', 'HTTPS://A.example:443/y/../x//'],
  ])('CFG-F7: the same prefix twice (%s, %s) is an error', async (first, second) => {
    expect(await onlyError(two(first, second))).toMatchObject({
      code: 'CFG-105',
      found: 'the Url that server other has too',
      path: `${IN_SERVER}.Url`,
    })
  })

  test('CFG-F7: overlapping prefixes are none', async () => {
    await using files = await written(two('https://a.example/x', 'https://a.example/x/y'))
    expect((await files.read()).servers).toHaveLength(2)
  })

  test.each(['a/b', 'a\\b', '.', '..', '', 'a\u0007b', '\ud800'])('a server cannot be called %j', async (name) => {
    const text = configurationText().replace('"pacs"', JSON.stringify(name))
    expect(await onlyError(text)).toMatchObject({ code: 'CFG-002', found: 'a name that Orthanc or a URL cannot hold' })
  })

  test.each(['a b', 'été', 'a%b', 'a?b#c', 'a.b', 'constructor', 'toString'])(
    'a server can be called %j',
    async (name) => {
      await using files = await written(configurationText().replace('"pacs"', JSON.stringify(name)))
      expect((await files.read()).servers[0]?.name).toBe(name)
    },
  )
})

describe('a section with a bad value', () => {
  test.each<[string, Json, string, string]>([
    ['Listen', { Listen: '9042' }, 'CFG-002', 'a string that is no address'],
    ['Listen', { Listen: '127.0.0.1:90420' }, 'CFG-002', 'a string that is no address'],
    ['Listen', { Listen: 'http://127.0.0.1:9042' }, 'CFG-002', 'a string that is no address'],
    ['Listen', { Listen: 9042 }, 'CFG-002', 'a number'],
    ['Advertise', { Advertise: 'bridge:9042' }, 'CFG-002', 'a string that is no http or https URL'],
    ['Advertise', { Advertise: 'https://u:p@bridge' }, 'CFG-104', 'a user name or a password in a URL'],
    [
      'ControlListen',
      { ControlListen: '0.0.0.0:9043' },
      'CFG-104',
      'an address that other machines reach, and no ControlUsers',
    ],
    ['ControlUsers.admin', { ControlUsers: { admin: '' } }, 'CFG-002', 'an empty string'],
    ['ControlUsers[""]', { ControlUsers: { '': 'secret' } }, 'CFG-002', 'an empty user name'],
    [
      'ControlUsers["ad:min"]',
      { ControlUsers: { 'ad:min': 'secret' } },
      'CFG-002',
      'a user name with a colon or a control character',
    ],
    [
      'ClientUsername',
      { ClientUsername: 'view:er', ClientPassword: 'secret' },
      'CFG-002',
      'a user name with a colon or a control character',
    ],
    ['ClientUsername', { ClientUsername: '', ClientPassword: 'secret' }, 'CFG-001', 'nothing'],
    ['ClientPassword', { ClientUsername: 'viewer' }, 'CFG-001', 'nothing'],
    ['ClientUsername', { ClientPassword: 'secret' }, 'CFG-001', 'nothing'],
    ['RateLimitRequests', { RateLimitRequests: 0 }, 'CFG-002', 'the number 0'],
    ['EnableMetrics', { EnableMetrics: 'no' }, 'CFG-002', 'a string'],
    ['LogLevel', { LogLevel: 'LOUD' }, 'CFG-002', 'another string'],
    ['ConfigVersion', { ConfigVersion: '3.0' }, 'CFG-002', 'another version'],
    ['Orthanc.Url', { Orthanc: { Url: 'http://u:p@orthanc:8042' } }, 'CFG-104', 'a user name or a password in a URL'],
    ['Orthanc.CaFile', { Orthanc: { CaFile: 'none.pem' } }, 'CFG-102', 'the path of a file that cannot be read'],
    ['Orthanc', { Orthanc: [] }, 'CFG-002', 'a list'],
  ])('%s: %j is refused', async (key, section, code, found) => {
    expect(await onlyError(configurationText({}, section))).toMatchObject({ code, found, path: `DicomWebOAuth.${key}` })
  })

  test.each<[string, string, string, string, string]>([
    ['no section', '{ "Name": "x" }', 'CFG-001', 'DicomWebOAuth', 'nothing'],
    ['no object', '{ "DicomWebOAuth": [] }', 'CFG-001', 'DicomWebOAuth.Servers', 'nothing'],
    ['no servers', '{ "DicomWebOAuth": {} }', 'CFG-001', 'DicomWebOAuth.Servers', 'nothing'],
    [
      'an empty Servers',
      '{ "DicomWebOAuth": { "Servers": {} } }',
      'CFG-002',
      'DicomWebOAuth.Servers',
      'no object with a server in it',
    ],
    [
      'servers in a list',
      '{ "DicomWebOAuth": { "Servers": [{}] } }',
      'CFG-002',
      'DicomWebOAuth.Servers',
      'no object with a server in it',
    ],
  ])('%s is refused', async (_, text, code, path, found) => {
    await using files = await written(text)
    const { errors } = await files.errors()
    expect(errors.map((error) => ({ code: error.code, ...error.details }))).toContainEqual(
      expect.objectContaining({ code, path, found, line: 1 }),
    )
  })

  test('an unknown ConfigVersion at the root is refused', async () => {
    const text = configurationText({}, {}, { ConfigVersion: 3 })
    expect(await onlyError(text)).toMatchObject({ code: 'CFG-002', path: 'ConfigVersion', line: 2 })
  })

  test('the section twice in one file is refused, whatever the letter case', async () => {
    const text = configurationText({}, {}, { DicomWebOauth: { Servers: {} } })
    await using files = await written(text)
    expect((await files.errors()).errors).toContainEqual(expect.objectContaining({ code: 'CFG-105' }))
  })

  test('a section in two files is refused as by Orthanc', async () => {
    await using files = await written({
      'a.json': configurationText(),
      'b.json': '{ "DicomWeb": {}, "HttpPort": 1 }',
      'c.json': '{ "HttpPort": 2 }',
    })
    const { errors } = await files.errors()
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ code: 'CFG-105' })
    expect(errors[0].message).toContain('HttpPort')
    expect(errors[0].message).toContain(files.path('b.json'))
  })

  test('DicomWeb.OAuth, which documents show and nobody ever read, is refused with a hint', async () => {
    const text = configurationText({}, {}, { DicomWeb: { OAuth: { Servers: {} } } })
    expect(await onlyError(text)).toMatchObject({
      code: 'CFG-100',
      path: 'DicomWeb.OAuth',
      expected: 'the section DicomWebOAuth beside DicomWeb, with the same servers',
    })
  })

  test.each([
    ['no such file', 'none.json', 'cannot be read (ENOENT)'],
    ['a folder without *.json', '', 'found a folder without *.json'],
  ])('%s is refused', async (_, name, found) => {
    await using files = await written({ 'notes.txt': '' })
    const { errors } = await files.errors({}, name)
    expect(errors).toMatchObject([{ code: 'CFG-102' }])
    expect(errors[0].message).toContain(found)
  })
})

test('everything that is wrong is said at once, in the order of the lines', async () => {
  const text = configurationText(
    { Url: 'pacs', ClientId: undefined, ClientSecret: '${NOT_SET}', Unknown: 1, HasDelete: 'yes', DPoP: true },
    { Listen: 'x', LogLevel: 'y', ResilienceConfig: { RetryMaxAttempts: 'z', CircuitBreakerTimeout: -1 } },
  )
  await using files = await written(text)
  const error = await files.errors()
  expect(error.errors.map(({ details }) => String(details.path).replace(/^DicomWebOAuth\./, ''))).toEqual([
    'Listen',
    'LogLevel',
    'ResilienceConfig.RetryMaxAttempts',
    'ResilienceConfig.CircuitBreakerTimeout',
    'Servers.pacs.ClientId',
    'Servers.pacs.Url',
    'Servers.pacs.ClientSecret',
    'Servers.pacs.Unknown',
    'Servers.pacs.HasDelete',
    'Servers.pacs.DPoP',
  ])
  expect(error.message.split('\n')).toHaveLength(10)
  expect(error.code).toBe(error.errors[0].code)
})

test('files that are no JSON are all said at once', async () => {
  await using files = await written({ 'a.json': '{', 'b.json': configurationText(), 'c.json': '}' })
  expect((await files.errors()).errors.map(({ code, details }) => [code, details.file])).toEqual([
    ['CFG-101', files.path('a.json')],
    ['CFG-101', files.path('c.json')],
  ])
})

test('what cannot be read is said by its name', async () => {
  await using files = await written({ 'a.json': configurationText() })
  await symlink(files.path('gone'), files.path('b.json'))
  const { errors } = await files.errors()
  expect(errors).toMatchObject([{ code: 'CFG-102', details: { file: files.path('b.json') } }])
})
