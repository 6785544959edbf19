import { z } from 'zod'
import type { JsonPath } from '../../json/to-value.ts'
import { nearest } from '../nearest.ts'
import type { Problems } from '../problems.ts'
import { Settings } from '../settings.ts'
import { type SectionValues, sectionSchema } from './section-schema.ts'
import { type ServerValues, serverSchema } from './server-schema.ts'

/** Which keys stand elsewhere, for the hint to somebody who put one a level too high or too low. */
interface Neighbours {
  readonly keys: readonly string[]
  readonly place: string
}

const BESIDE_SERVERS = ['Servers', ...Object.keys(sectionSchema.shape)]
const IN_A_SERVER = Object.keys(serverSchema.shape)

/** The section without its servers. */
export function checkSection(value: unknown, path: JsonPath, problems: Problems): Settings<SectionValues> {
  return check(sectionSchema, value, path, problems, BESIDE_SERVERS, { keys: IN_A_SERVER, place: 'within a server' })
}

export function checkServer(value: unknown, path: JsonPath, problems: Problems, name: string): Settings<ServerValues> {
  return check(
    serverSchema,
    value,
    path,
    problems,
    IN_A_SERVER,
    { keys: BESIDE_SERVERS, place: 'beside Servers' },
    name,
  )
}

/** Reports every issue, and reads once more without the keys that have one: what depends on the others can then be looked at too. */
function check<S extends z.ZodObject>(
  schema: S,
  value: unknown,
  path: JsonPath,
  problems: Problems,
  known: readonly string[],
  neighbours: Neighbours,
  server?: string,
): Settings<z.output<S>> {
  const first = schema.safeParse(value)
  if (first.success) return new Settings(first.data, path, problems, new Set(), server)
  const wrong = new Set<string>()
  for (const issue of first.error.issues) {
    report(schema, value, issue, path, problems, known, neighbours)
    for (const key of issue.code === 'unrecognized_keys' && issue.path.length === 0
      ? issue.keys
      : issue.path.slice(0, 1))
      wrong.add(String(key))
  }
  const entries = Object.entries(value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {})
  const rest = Object.fromEntries(entries.filter(([key]) => !wrong.has(key)))
  return new Settings(schema.parse(rest), path, problems, wrong, server)
}

function report(
  schema: z.ZodObject,
  value: unknown,
  issue: z.core.$ZodIssue,
  path: JsonPath,
  problems: Problems,
  known: readonly string[],
  neighbours: Neighbours,
): void {
  const within = issue.path as (string | number)[]
  const here = [...path, ...within]
  if (issue.code === 'unrecognized_keys') {
    const candidates = within.length === 0 ? known : keysOf(schema, within)
    for (const key of issue.keys)
      problems.report('CFG-100', [...here, key], {
        found: 'an unknown key',
        expected: neighbours.keys.includes(key) ? `this key ${neighbours.place}` : 'a known key',
        nearest: nearest(key, candidates),
      })
    return
  }
  const found = within.reduce<unknown>((holder, key) => (holder as Record<string, unknown>)[key], value)
  problems.report('CFG-002', here, {
    found: harmless(found, issue),
    expected: issue.message,
    nearest:
      issue.code === 'invalid_value' && typeof found === 'string'
        ? nearest(found, issue.values.map(String))
        : undefined,
  })
}

/** Of an object within: the keys of its own schema. */
function keysOf(schema: z.ZodObject, path: readonly (string | number)[]): string[] {
  let inner: unknown = schema
  for (const key of path) inner = unwrapped(inner instanceof z.ZodObject ? inner.shape[key] : undefined)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema
}

/** A value's kind; the value itself only of a number where a number is expected, so never of a secret. */
function harmless(value: unknown, issue: z.core.$ZodIssue): string {
  const numeric = 'origin' in issue ? issue.origin !== 'string' : 'expected' in issue && issue.expected === 'int'
  if (typeof value === 'number' && numeric) return `the number ${value}`
  return kind(value)
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'object':
      return 'an object'
    case 'boolean':
      return String(value)
    default:
      return `a ${typeof value}`
  }
}
