import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

export interface RateLimit {
  readonly requests: number
  readonly windowSeconds: number
}

export interface RateLimiter extends Disposable {
  readonly limit: RateLimit
  /**
   * Counts a call of an address.
   *
   * @returns undefined where it may go on, else the milliseconds until the next may
   */
  count(address: string): Promise<number | undefined>
}

/** To be disposed of: it has a timer for each address that has called. */
export function rateLimiter(limit: RateLimit): RateLimiter {
  const limiter = new RateLimiterMemory({ points: limit.requests, duration: limit.windowSeconds })
  return {
    limit,
    async count(address) {
      try {
        await limiter.consume(address)
        return undefined
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
        throw refusal
      }
    },
    [Symbol.dispose]() {
      for (const { key } of limiter.dump().storage) void limiter.delete(key)
    },
  }
}
