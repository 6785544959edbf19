/** When an issuer that is down is no longer asked. */
export interface BreakerPolicy {
  /** Consecutive failed acquisitions that open it. Default 5. */
  readonly threshold: number
  /** Milliseconds until one trial is let through. Default 60,000. */
  readonly resetTimeout: number
}

/** off: no breaker was asked for. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'off'
