import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'

/** When an issuer that is down is no longer asked. */
export interface BreakerPolicy {
  /** Consecutive failed acquisitions that open it. 5 in defaultBreakerPolicy. */
  readonly threshold: number
  /** Milliseconds until one trial is let through. 60,000 in defaultBreakerPolicy. */
  readonly resetTimeout: number
}

/** off: no breaker was asked for. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'off'

/** As the Python plugin of the same name does by default, once its breaker is enabled. */
export const defaultBreakerPolicy: BreakerPolicy = Object.freeze({ threshold: 5, resetTimeout: 60_000 })

/** Milliseconds. opossum's timer is Node's, which fires at once for more than a signed 32-bit count. */
const LONGEST_RESET = 2 ** 31 - 1

/** A copy that no later change of the caller's object reaches. @throws OrthancOAuthError CFG-002 */
export function checkedBreakerPolicy({ threshold, resetTimeout }: BreakerPolicy): BreakerPolicy {
  if (!Number.isInteger(threshold) || threshold < 1)
    throw new OrthancOAuthError('CFG-002', `threshold of a breaker must be a whole number from 1, not ${threshold}`)
  if (!(resetTimeout > 0 && resetTimeout <= LONGEST_RESET))
    throw new OrthancOAuthError(
      'CFG-002',
      `resetTimeout of a breaker must be above 0 and at most ${LONGEST_RESET} ms, not ${resetTimeout}`,
    )
  return Object.freeze({ threshold, resetTimeout })
}
