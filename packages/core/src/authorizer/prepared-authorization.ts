import { inspect } from 'node:util'
import type { Authorization } from './request-authorizer.ts'

const REDACTED = 'Authorization [redacted]'

/** One that consists of header fields. inspect and JSON do not show them. */
export class PreparedAuthorization implements Authorization {
  declare readonly headers: Readonly<Record<string, string>>
  readonly answered: Authorization['answered']

  constructor(headers: Readonly<Record<string, string>>, answered: Authorization['answered']) {
    Object.defineProperty(this, 'headers', { value: Object.freeze({ ...headers }), enumerable: false })
    this.answered = answered
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}
