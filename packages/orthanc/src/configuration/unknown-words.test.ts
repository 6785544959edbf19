import { describe, expect, test } from 'vitest'
import { onlyError } from './only-error.fixture.ts'
import { configurationText, type Json, lineOf, written } from './written.fixture.ts'

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
