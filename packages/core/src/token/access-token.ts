import { inspect } from 'node:util'
import type { Instant } from '../clock/clock.ts'
import { Secret } from '../secret/secret.ts'
import type { Expiring } from './expiring.ts'

export interface AccessTokenInit {
  /** The token itself. Not empty. */
  readonly value: string
  /** The scheme it is sent with (RFC 6750, RFC 9449). Default Bearer. */
  readonly type?: 'Bearer' | 'DPoP' | undefined
  readonly sent: Instant
  /** Milliseconds as issued. */
  readonly lifetime: number
  /** Milliseconds after `sent`. */
  readonly refreshIn?: number | undefined
}

/** What an issuer gave. Immutable. inspect, JSON and template strings never show the value. */
export class AccessToken implements Expiring {
  readonly type: 'Bearer' | 'DPoP'
  readonly sent: Instant
  readonly lifetime: number
  declare readonly refreshIn?: number
  readonly #value: Secret

  constructor({ value, type = 'Bearer', sent, lifetime, refreshIn }: AccessTokenInit) {
    this.#value = new Secret(value)
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
    return `AccessToken(${this.type}, until ${new Date(this.expiresAt).toISOString()})`
  }

  toJSON(): { type: string; expiresAt: string; lifetime: number } {
    return { type: this.type, expiresAt: new Date(this.expiresAt).toISOString(), lifetime: this.lifetime }
  }

  [inspect.custom](): string {
    return this.toString()
  }
}
