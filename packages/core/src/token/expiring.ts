import type { Instant } from '../clock/clock.ts'

/** What a manager can keep: a token, or the credentials that sign requests. */
export interface Expiring {
  /** Right before the request left; of something out of a cache: in the past by its age. */
  readonly sent: Instant
  /** Milliseconds as issued, never what is left. */
  readonly lifetime: number
  /** Milliseconds after `sent` from which a refresh is due, where the issuer said so. */
  readonly refreshIn?: number
}
