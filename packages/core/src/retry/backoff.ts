import type { RetryPolicy } from './retry-policy.ts'

/** Half of a delay is fixed and half is drawn, so that a fleet that failed together does not come back together. */
const JITTERED_SHARE = 0.5

/**
 * The delay after a failed attempt, in milliseconds.
 *
 * @param failed attempts so far, 1 or more
 * @param random a draw from [0, 1)
 */
export function backoff(policy: RetryPolicy, failed: number, random: number): number {
  const delay = Math.min(undrawnDelay(policy, failed), policy.maxDelay)
  return delay * (1 - JITTERED_SHARE * random)
}

function undrawnDelay({ strategy, initialDelay, multiplier, increment }: RetryPolicy, failed: number): number {
  switch (strategy) {
    case 'exponential':
      return initialDelay * multiplier ** (failed - 1)
    case 'linear':
      return initialDelay + increment * (failed - 1)
    case 'fixed':
      return initialDelay
  }
}
