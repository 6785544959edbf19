import type { BreakerState } from '../breaker/breaker-policy.ts'
import type { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'

/** What a manager says of itself. No token value in it. */
export interface TokenStatus {
  /** empty: none yet. fresh, due: usable, the second with a refresh due. expired: not usable any more. */
  readonly state: 'empty' | 'fresh' | 'due' | 'expired' | 'disposed'
  /** Wall milliseconds since the epoch: for people. */
  readonly expiresAt?: number
  /** Milliseconds as issued. */
  readonly lifetime?: number
  /** Milliseconds until an acquisition may be made again; absent: at once. */
  readonly retryIn?: number
  /** Of the last acquisition; absent after a success. */
  readonly lastError?: OrthancOAuthError
  readonly breaker: BreakerState
  /** Calls answered from memory, and calls that had to wait for the issuer. */
  readonly hits: number
  readonly misses: number
  /** Acquisitions (not attempts) since construction. */
  readonly succeeded: number
  readonly failed: number
  /** Attempts after the first, of all acquisitions. */
  readonly retries: number
  /** Acquisitions that an open breaker refused. */
  readonly breakerRejections: number
}

/** For EventEmitter. No token value in any. Durations in milliseconds. */
export interface TokenEvents {
  /** A new one is in use. `expiresAt`: wall milliseconds since the epoch. */
  token: [{ readonly lifetime: number; readonly expiresAt: number; readonly duration: number }]
  /** None is usable any more. */
  lost: []
  /** An acquisition failed, all its attempts included. */
  failed: [{ readonly error: OrthancOAuthError; readonly duration: number }]
  /** An attempt failed; the next follows after `delay`. */
  retry: [{ readonly attempt: number; readonly delay: number; readonly error: OrthancOAuthError }]
  breaker: [{ readonly state: BreakerState }]
}
