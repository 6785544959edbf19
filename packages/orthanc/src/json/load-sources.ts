import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import { ConfigurationErrors, throwIfAny } from '../configuration/configuration-errors.ts'
import { JsonDocument } from './json-document.ts'
import { Sources } from './sources.ts'

/**
 * Reads a file, or of a folder every `*.json` in the order of their names, as Orthanc does: folders are passed over,
 * whatever they are called, and what is none and cannot be read is an error.
 *
 * @throws ConfigurationErrors CFG-101, CFG-102 where a file is not JSON or cannot be read
 */
export async function loadSources(path: string, env: Readonly<Record<string, string | undefined>>): Promise<Sources> {
  const documents: JsonDocument[] = []
  const errors: OrthancOAuthError[] = []
  for (const file of await filesOf(path))
    try {
      documents.push(new JsonDocument(file, await readFile(file, 'utf8'), env))
    } catch (error) {
      errors.push(error instanceof OrthancOAuthError ? error : unreadable(file, error))
    }
  throwIfAny(errors)
  return new Sources(path, documents)
}

async function filesOf(path: string): Promise<string[]> {
  const names = await folderNames(path).catch((error: unknown) => {
    throw new ConfigurationErrors([unreadable(path, error)])
  })
  if (names === undefined) return [path]
  const found = names.filter((name) => name.toLowerCase().endsWith('.json')).map((name) => join(path, name))
  const folders = await Promise.all(found.map(isFolder))
  const files = found.filter((_, index) => folders[index] === false).sort((a, b) => (a < b ? -1 : 1))
  if (files.length > 0) return files
  throw new ConfigurationErrors([
    new OrthancOAuthError('CFG-102', `${path}: found a folder without *.json, expected Orthanc's configuration`, {
      details: { file: path },
    }),
  ])
}

/** undefined: no folder. */
async function folderNames(path: string): Promise<string[] | undefined> {
  return (await stat(path)).isDirectory() ? readdir(path) : undefined
}

/** What cannot be looked at is told once it is read. */
function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

function unreadable(file: string, cause: unknown): OrthancOAuthError {
  const { code } = cause as NodeJS.ErrnoException
  return new OrthancOAuthError('CFG-102', `${file}: cannot be read (${code}), expected Orthanc's configuration`, {
    cause,
    details: { file },
  })
}
