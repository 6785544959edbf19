import { inspect } from 'node:util'
import type { Instant } from '../clock/clock.ts'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { Secret } from '../secret/secret.ts'
import type { Expiring } from './expiring.ts'

/** Visible ASCII: anything else would end the header field it is sent in, or start another (RFC 9110, section 5.5). */
const FIELD_SAFE = /^[\x21-\x7e]+$/

/** Characters. Servers refuse heads of 8 to 32 KiB; a token of half of that is no token. */
const LONGEST = 16_384

export interface AccessTokenInit {
  /** The token itself: 1 to 16,384 characters of visible ASCII. */
  readonly value: string
  /** The scheme it is sent with (RFC 6750, RFC 9449). Default Bearer. */
  readonly type?: 'Bearer' | 'DPoP' | undefined
  readonly sent: Instant
  /** Milliseconds as issued. */
  readonly lifetime: number
  /** Milliseconds after `sent`. */
  readonly refreshIn?: number | undefined
}

/**
 * What an issuer gave. Immutable. inspect, JSON and template strings never show the value.
 *
 * @throws OrthancOAuthError TOK-005 for a value that no header field can carry
 */
export class AccessToken implements Expiring {
  readonly type: 'Bearer' | 'DPoP'
  readonly sent: Instant
  readonly lifetime: number
  declare readonly refreshIn?: number
  readonly #value: Secret

  constructor({ value, type = 'Bearer', sent, lifetime, refreshIn }: AccessTokenInit) {
    this.#value = new Secret(checkedValue(value))
    this.type = type
    this.sent = Object.freeze({ wall: sent.wall, monotonic: sent.monotonic })
    this.lifetime = lifetime
    if (refreshIn !== undefined) this.refreshIn = refreshIn
    Object.freeze(this)
  }

  /** Wall milliseconds since the epoch: for status and people, not for decisions. */
  get expiresAt(): number {
    return this.sent.wall + this.lifetime
  }

  /** The secret; the only way to it. */
  reveal(): string {
    return this.#value.reveal()
  }

  toString(): string {
    return `AccessToken(${this.type}, until ${isoTime(this.expiresAt)})`
  }

  toJSON(): { type: string; expiresAt: string; lifetime: number } {
    return { type: this.type, expiresAt: isoTime(this.expiresAt), lifetime: this.lifetime }
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

function checkedValue(value: string): string {
  if (FIELD_SAFE.test(value) && value.length <= LONGEST) return value
  throw new OrthancOAuthError('TOK-005', 'A token must be 1 to 16,384 characters of visible ASCII', {
    troubleshooting: [
      'Look at where the token comes from: a line break at its end, an HTML page, a whole JSON answer?',
    ],
  })
}

/** A foreign provider may say anything; showing it must not throw. */
function isoTime(wall: number): string {
  const date = new Date(wall)
  return Number.isNaN(date.getTime()) ? 'a time that is none' : date.toISOString()
}
