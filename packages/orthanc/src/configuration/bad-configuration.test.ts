import { symlink } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { configurationText, written } from './written.fixture.ts'

test('everything that is wrong is said at once, in the order of the lines', async () => {
  const text = configurationText(
    { Url: 'pacs', ClientId: undefined, ClientSecret: '${NOT_SET}', Unknown: 1, HasDelete: 'yes', DPoP: 'yes' },
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
