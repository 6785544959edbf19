import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { OrthancOAuthError, readSecret, Secret, type SecretSource } from '@orthanc-oauth/core'
import type { Settings } from './settings.ts'

/** The permission of everybody beside owner and group to read (POSIX). Windows has none such, and always shows it. */
const READ_BY_OTHERS = process.platform === 'win32' ? 0 : 0o004

/**
 * A secret that a key gives, or the key of the same name with `File` at its end. The file is read once now, for an
 * error at start rather than at the first request; what counts is what it holds at each use.
 */
export async function secretSource(settings: Settings<object>, key: string): Promise<SecretSource | undefined> {
  const fileKey = `${key}File`
  const { [key]: value, [fileKey]: file } = settings.values as Record<string, unknown>
  if (value !== undefined && file !== undefined)
    settings.report('CFG-105', fileKey, { found: `both ${key} and ${key}File`, expected: 'one of the two' })
  if (typeof value === 'string') return new Secret(value)
  if (typeof file !== 'string') return undefined
  const source = { file: filePath(file, settings) }
  try {
    await readSecret(source)
    if (((await stat(source.file)).mode & READ_BY_OTHERS) !== 0)
      settings.warn(fileKey, 'every user of this machine may read the file: take that right away (chmod o-r)')
  } catch (error) {
    const unreadable = error instanceof OrthancOAuthError && error.code === 'CFG-102'
    settings.report(unreadable ? 'CFG-102' : 'CFG-002', fileKey, {
      found: unreadable ? 'the path of a file that cannot be read' : 'the path of an empty file',
      expected: 'the path of a file with the secret',
    })
  }
  return source
}

/** The path of a file that is read later, absolute; whether it can be read is looked at now. */
export async function readableFile(settings: Settings<object>, key: string): Promise<string | undefined> {
  const { [key]: value } = settings.values as Record<string, unknown>
  if (typeof value !== 'string') return undefined
  const file = filePath(value, settings)
  const readable = await Promise.all([stat(file), access(file, constants.R_OK)]).then(
    ([stats]) => stats.isFile(),
    () => false,
  )
  if (!readable)
    settings.report('CFG-102', key, {
      found: 'the path of a file that cannot be read',
      expected: 'the path of a file that exists and that this user may read',
    })
  return file
}

/** Relative to the folder of the file that it stands in, as Orthanc reads its own paths. */
function filePath(path: string, { path: holder, problems }: Settings<object>): string {
  return resolve(dirname(problems.locate(holder).file), path)
}
