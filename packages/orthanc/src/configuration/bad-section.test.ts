import { describe, expect, test } from 'vitest'
import { onlyError } from './only-error.fixture.ts'
import { configurationText, type Json, written } from './written.fixture.ts'

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
