import { OrthancOAuthError, Secret, type SecretSource } from '@orthanc-oauth/core'

// What JavaScript passes may be anything: an option of another type than its own is CFG-002 that names the option and
// never shows the value, which may be a secret in the wrong place. `undefined` is an option that is not given.

export function optionalString(option: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw wrongType(option, 'is no string')
}

/** No other value passes for one: the text 'false' would switch on what it means to leave off. */
export function optionalBoolean(option: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw wrongType(option, 'is neither true nor false')
}

export function optionalFunction<T>(option: string, value: T): T {
  if (value === undefined || typeof value === 'function') return value
  throw wrongType(option, 'is no function')
}

/** One string or several, as several. */
export function strings(option: string, value: unknown): readonly string[] {
  const several: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (several.every((one) => typeof one === 'string')) return [...several]
  throw wrongType(option, 'is neither a string nor several')
}

/** Names and strings. What is iterated, as a Map, would pass for an object without any. */
export function stringRecord(option: string, value: unknown): readonly (readonly [name: string, value: string])[] {
  if (typeof value !== 'object' || value === null || Symbol.iterator in value) throw wrongType(option, 'is no object')
  return Object.entries(value).map(([name, one]: [string, unknown]) => {
    if (typeof one === 'string') return [name, one]
    throw wrongType(`${option}.${name}`, 'is no string')
  })
}

/** A copy: what its owner changes afterwards counts no more. */
export function optionalSecret(option: string, source: SecretSource | undefined): SecretSource | undefined {
  if (source === undefined || source instanceof Secret) return source
  if (typeof source?.file === 'string') return Object.freeze({ file: source.file })
  throw wrongType(option, 'is neither a Secret nor { file }')
}

export function missing(option: string, why = ''): OrthancOAuthError {
  return new OrthancOAuthError('CFG-001', `${option} is missing${why}`, { details: { option } })
}

function wrongType(option: string, why: string): OrthancOAuthError {
  return new OrthancOAuthError('CFG-002', `${option} ${why}`, { details: { option } })
}
