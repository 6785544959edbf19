import { inspect } from 'node:util'
import type { AccessToken } from '../token/access-token.ts'
import type { AnswerHead } from './heads.ts'
import type { Authorization } from './request-authorizer.ts'

const REDACTED = 'BearerAuthorization [redacted]'

/** What all attempts with one token share. inspect and JSON do not show the token. */
export class BearerAuthorization implements Authorization {
  declare readonly headers: Readonly<Record<string, string>>
  readonly answered: Authorization['answered']

  /** @param answered told of every answer to the token */
  constructor(token: AccessToken, answered: (head: AnswerHead) => (() => Promise<Authorization>) | undefined) {
    Object.defineProperty(this, 'headers', {
      value: Object.freeze({ authorization: `Bearer ${token.reveal()}` }), // RFC 6750, section 2.1
      enumerable: false,
    })
    this.answered = answered
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}
