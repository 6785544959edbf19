import type { BreakerPolicy } from '../breaker/breaker-policy.ts'
import type { Clock } from '../clock/clock.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import type { Expiring } from '../token/expiring.ts'

export interface ManagerOptions {
  /** Default: three attempts, 1 s doubling, at most 30 s. false: one attempt. */
  readonly retry?: RetryPolicy | false
  /** Default false: none. */
  readonly breaker?: BreakerPolicy | false
  /** Default: the clocks of this process. */
  readonly clock?: Clock
  /** A draw from [0, 1). Default Math.random. */
  readonly random?: () => number
  /** Milliseconds before the end of usability from which a refresh is due; default 300,000, capped by the lifetime. */
  readonly refreshBuffer?: number
}

export interface GetTokenOptions<C extends Expiring> {
  /** The caller gives up; the acquisition goes on for the others. Rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** A server refused this one: another, please, past every cache. Nobody else loses it. */
  readonly after?: C | undefined
  /** Claims challenge, decoded: a token made for it. */
  readonly claims?: string | undefined
}

/** Milliseconds, as the Python plugin of the same name does: 5 min, for an issuer that is down that long. */
export const DEFAULT_REFRESH_BUFFER = 300_000
