import { createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

/** timingSafeEqual wants equal lengths; hashing first also hides the length. */
const digest = (value: Buffer): Buffer => hash('sha256', value, 'buffer')

const REDACTED = '[redacted]'

/**
 * A secret in memory. Its bytes live in a KeyObject, which no heap snapshot shows; inspect, JSON and template strings
 * show `[redacted]`. Never empty: an empty secret is a configuration error that the reader of the configuration names.
 *
 * @throws RangeError for an empty value
 */
export class Secret {
  readonly #key: KeyObject

  constructor(value: string) {
    if (value === '') throw new RangeError('A secret must not be empty')
    this.#key = createSecretKey(value, 'utf8')
  }

  /** The secret; the only way to it. */
  reveal(): string {
    return this.#key.export().toString('utf8')
  }

  /** Whether `candidate` is the secret, in a time that does not tell how much of it is right. */
  equals(candidate: string): boolean {
    return timingSafeEqual(digest(this.#key.export()), digest(Buffer.from(candidate, 'utf8')))
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return `Secret ${REDACTED}`
  }
}
