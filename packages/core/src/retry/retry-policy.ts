import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'

/** How an acquisition is tried again, whole: `{ ...defaultRetryPolicy, attempts: 5 }`. Milliseconds throughout. */
export interface RetryPolicy {
  /** All attempts, the first included. 3 in defaultRetryPolicy. */
  readonly attempts: number
  /** exponential multiplies, linear adds, fixed repeats. exponential in defaultRetryPolicy. */
  readonly strategy: 'exponential' | 'linear' | 'fixed'
  /** Before the second attempt. 1,000 in defaultRetryPolicy. */
  readonly initialDelay: number
  /** Exponential only. 2 in defaultRetryPolicy. */
  readonly multiplier: number
  /** Linear only. 1,000 in defaultRetryPolicy. */
  readonly increment: number
  /** No delay is longer; a longer Retry-After ends the acquisition instead. 30,000 in defaultRetryPolicy. */
  readonly maxDelay: number
}

/**
 * As the Python plugin of the same name does by default. Three attempts take three seconds: a caller waits 30 s, and
 * what lasts longer is the affair of the manager's pauses between acquisitions.
 */
export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  attempts: 3,
  strategy: 'exponential',
  initialDelay: 1_000,
  multiplier: 2,
  increment: 1_000,
  maxDelay: 30_000,
})

const STRATEGIES: readonly RetryPolicy['strategy'][] = ['exponential', 'linear', 'fixed']

/** A copy that no later change of the caller's object reaches. @throws OrthancOAuthError CFG-002 */
export function checkedRetryPolicy(policy: RetryPolicy): RetryPolicy {
  const { attempts, strategy, initialDelay, multiplier, increment, maxDelay } = policy
  if (!STRATEGIES.includes(strategy))
    throw new OrthancOAuthError('CFG-002', `strategy of a retry policy must be one of ${STRATEGIES.join(', ')}`)
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new OrthancOAuthError('CFG-002', `attempts of a retry policy must be a whole number from 1, not ${attempts}`)
  for (const [name, value] of Object.entries({ initialDelay, multiplier, increment, maxDelay }))
    if (!(value >= 0 && Number.isFinite(value)))
      throw new OrthancOAuthError('CFG-002', `${name} of a retry policy must be a number from 0, not ${value}`)
  return Object.freeze({ attempts, strategy, initialDelay, multiplier, increment, maxDelay })
}
