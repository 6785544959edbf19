/** Header fields as name, value, name, value …: repeated ones in their order, names as they were spelt (node:http's rawHeaders). */
export type Fields = readonly string[]

/** One field of `fields` after the other. */
export function* eachField(fields: Fields): Generator<readonly [name: string, value: string]> {
  for (let index = 0; index + 1 < fields.length; index += 2) yield [fields[index] ?? '', fields[index + 1] ?? '']
}

/** Names in lower case; repeated fields joined by ", " (RFC 9110, section 5.3). */
export function joinedFields(fields: Fields): Record<string, string> {
  const joined = new Map<string, string>()
  for (const [name, value] of eachField(fields)) {
    const key = name.toLowerCase()
    const before = joined.get(key)
    joined.set(key, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(joined)
}

/** Those of `fields` whose name passes. */
export function fieldsWhere(fields: Fields, passes: (name: string) => boolean): string[] {
  const kept: string[] = []
  for (const [name, value] of eachField(fields)) if (passes(name)) kept.push(name, value)
  return kept
}

/** Of the first field of this name. @param wanted in lower case */
export function fieldValue(fields: Fields, wanted: string): string | undefined {
  for (const [name, value] of eachField(fields)) if (name.toLowerCase() === wanted) return value
  return undefined
}
