import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'

/** How an acquisition is tried again. Milliseconds throughout. */
export interface RetryPolicy {
  /** All attempts, the first included. Default 3. */
  readonly attempts: number
  /** exponential multiplies, linear adds, fixed repeats. Default exponential. */
  readonly strategy: 'exponential' | 'linear' | 'fixed'
  /** Before the second attempt. Default 1,000. */
  readonly initialDelay: number
  /** Exponential only. Default 2. */
  readonly multiplier: number
  /** Linear only. Default 1,000. */
  readonly increment: number
  /** No delay is longer; a longer Retry-After ends the acquisition instead. Default 30,000. */
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

/** A copy that no later change of the caller's object reaches. @throws OrthancOAuthError CFG-002 */
export function checkedRetryPolicy(policy: RetryPolicy): RetryPolicy {
  const { attempts, strategy, initialDelay, multiplier, increment, maxDelay } = policy
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new OrthancOAuthError('CFG-002', `attempts of a retry policy must be a whole number from 1, not ${attempts}`)
  for (const [name, value] of Object.entries({ initialDelay, multiplier, increment, maxDelay }))
    if (!(value >= 0 && Number.isFinite(value)))
      throw new OrthancOAuthError('CFG-002', `${name} of a retry policy must be a number from 0, not ${value}`)
  return Object.freeze({ attempts, strategy, initialDelay, multiplier, increment, maxDelay })
}
