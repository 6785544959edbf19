import type { ErrorCode } from '@orthanc-oauth/core'
import type { JsonPath } from '../json/to-value.ts'
import type { Finding, Problems } from './problems.ts'

/** An object of the configuration: what could be read of it, where it stands, and how to say what is wrong in it. */
export class Settings<V extends object> {
  readonly values: V
  readonly path: JsonPath
  readonly problems: Problems
  /** The server that it belongs to. */
  readonly server: string | undefined
  readonly #wrong: ReadonlySet<string>

  /** @param wrong keys at which something is wrong that was reported already */
  constructor(values: V, path: JsonPath, problems: Problems, wrong: ReadonlySet<string> = new Set(), server?: string) {
    this.values = values
    this.path = path
    this.problems = problems
    this.server = server
    this.#wrong = wrong
  }

  report(code: ErrorCode, key: string, finding: Finding): void {
    this.problems.report(code, [...this.path, key], finding)
  }

  warn(key: string, text: string): void {
    this.problems.warn([...this.path, key], text, this.server)
  }

  /** Reports that none of the keys is there, the first of them by name; not where one is there and wrong, which was reported already. */
  missing(keys: readonly [string, ...string[]], expected: string): void {
    if (!keys.some((key) => this.#wrong.has(key))) this.report('CFG-001', keys[0], { found: 'nothing', expected })
  }

  /** Of two names of one key the one that is used; the first where none is. Both: an error. */
  nameOf<K extends string & keyof V>(name: K, other: K): K {
    if (this.values[other] === undefined && !this.#wrong.has(other)) return name
    if (this.values[name] !== undefined || this.#wrong.has(name))
      this.report('CFG-105', other, {
        found: `both ${name} and ${other}`,
        expected: 'one of the two: they are names of one key',
      })
    return other
  }
}
