import { expect } from 'vitest'
import { written } from './written.fixture.ts'

/** The path of the one server of `configurationText`. */
export const IN_SERVER = 'DicomWebOAuth.Servers.pacs'

/** One thing wrong: what is said of it, and where. */
export async function onlyError(text: string) {
  await using files = await written(text)
  const { errors } = await files.errors()
  expect(errors.map(({ message }) => message)).toHaveLength(1)
  const { code, message, details } = errors[0]
  const { file, ...rest } = details
  expect(file).toBe(files.path('orthanc.json'))
  expect(message).toContain(
    `${file}:${details.line}: ${details.path}: found ${details.found}, expected ${details.expected}`,
  )
  return { code, ...rest }
}
