import { expect, test, vi } from 'vitest'
import { plainServer, written } from './configuration/written.fixture.ts'

test('zod is loaded when a configuration is read, and not before', async () => {
  let loaded = false
  vi.doMock('zod', (original) => {
    loaded = true
    return original()
  })
  vi.resetModules()
  const { matchServer, readConfiguration } = await import('./index.ts')
  expect(matchServer([], plainServer.Url)).toBeUndefined()
  expect(loaded).toBe(false)
  await using files = await written('{}')
  await expect(readConfiguration(files.folder)).rejects.toThrow('DicomWebOAuth')
  expect(loaded).toBe(true)
})
