import { createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { Secret } from './secret.ts'

/** A secret given, or the file it is read from, again at each use: so a rotated secret counts without a restart. */
export type SecretSource = Secret | { readonly file: string }

/** Of this process alone: what it makes out of a secret says nothing outside. */
const processKey = randomBytes(32)

/**
 * The secret itself. One trailing newline of a file is not part of it.
 *
 * @param option that the source is the value of: errors name it
 * @throws OrthancOAuthError CFG-102 where the file cannot be read, CFG-002 where it is empty
 */
export async function readSecret(source: SecretSource, option?: string): Promise<Secret> {
  if (source instanceof Secret) return source
  const { file } = source
  const details = { ...(option !== undefined && { option }), file }
  const what = option === undefined ? `The secret file ${file}` : `${option}: the file ${file}`
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OrthancOAuthError('CFG-102', `${what} cannot be read`, { cause, details })
  })
  const value = text.replace(/\r?\n$/, '')
  if (value === '') throw new OrthancOAuthError('CFG-002', `${what} is empty`, { details })
  return new Secret(value)
}

/** What keeps two sources apart in a cache key: a file's path, or a keyed hash with a random key of this process. */
export function secretSourceKey(source: SecretSource): string {
  if (source instanceof Secret)
    return `hmac:${createHmac('sha256', processKey).update(source.reveal()).digest('base64url')}`
  return `file:${source.file}`
}
