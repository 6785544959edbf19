import { type ErrorCode, OrthancOAuthError } from '@orthanc-oauth/core'
import type { Sources } from '../json/sources.ts'
import type { JsonPath } from '../json/to-value.ts'
import type { ConfigurationWarning } from './configuration.ts'
import { throwIfAny } from './configuration-errors.ts'
import type { Location } from './location.ts'
import { present } from './present.ts'

/** What is said of one place. Neither part ever holds a value that may be a secret. */
export interface Finding {
  readonly found: string
  readonly expected: string
  /** The known word that comes nearest. */
  readonly nearest?: string | undefined
  readonly cause?: unknown
}

/** Gathers everything that is wrong, so that it is said at once. */
export class Problems {
  readonly #errors: OrthancOAuthError[] = []
  readonly #warnings: ConfigurationWarning[] = []
  readonly #unset = new Set<string>()
  readonly #sources: Sources

  constructor(sources: Sources) {
    this.#sources = sources
  }

  locate(path: JsonPath): Location {
    return this.#sources.locate(path)
  }

  /** An error that is made already. */
  add(error: OrthancOAuthError): void {
    this.#errors.push(error)
  }

  /** A value with a variable that is not set has no meaning, so of its place nothing more is said. */
  report(code: ErrorCode, path: JsonPath, finding: Finding): void {
    const place = JSON.stringify(path)
    if (this.#unset.has(place)) return
    if (code === 'CFG-003') this.#unset.add(place)
    this.add(configurationError(code, this.locate(path), finding))
  }

  warn(path: JsonPath, text: string, server?: string): void {
    this.warnAt(this.locate(path), text, server)
  }

  warnAt(location: Location, text: string, server?: string): void {
    this.#warnings.push(present({ message: `${at(location)}: ${text}`, location, server }))
  }

  get warnings(): readonly ConfigurationWarning[] {
    return this.#warnings
  }

  /** @throws ConfigurationErrors where anything was reported */
  throwIfAny(): void {
    throwIfAny(this.#errors.toSorted(byPlace))
  }
}

/** An error that names the place, what was found there and what was expected. */
export function configurationError(
  code: ErrorCode,
  location: Location,
  { found, expected, nearest, cause }: Finding,
): OrthancOAuthError {
  const hint = nearest === undefined ? '' : `; nearest: ${nearest}`
  return new OrthancOAuthError(code, `${at(location)}: found ${found}, expected ${expected}${hint}`, {
    details: { ...location, found, expected, ...(nearest !== undefined && { nearest }) },
    cause,
  })
}

const at = ({ file, line, path }: Location): string => `${file}:${line}: ${path}`

function byPlace(a: OrthancOAuthError, b: OrthancOAuthError): number {
  const [fileA, fileB] = [String(a.details.file), String(b.details.file)]
  return fileA === fileB ? Number(a.details.line ?? 0) - Number(b.details.line ?? 0) : fileA < fileB ? -1 : 1
}
