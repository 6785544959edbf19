import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

export interface RateLimit {
  readonly requests: number
  readonly windowSeconds: number
}

/**
 * Counts a call of an address.
 *
 * @returns undefined where it may go on, else the milliseconds until the next may
 */
export type CountCall = (address: string) => Promise<number | undefined>

export function rateLimiter({ requests, windowSeconds }: RateLimit): CountCall {
  const limiter = new RateLimiterMemory({ points: requests, duration: windowSeconds })
  return async (address) => {
    try {
      await limiter.consume(address)
      return undefined
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
      throw refusal
    }
  }
}
