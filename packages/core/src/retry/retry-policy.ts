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
