import { type BreakerPolicy, defaultBreakerPolicy, defaultRetryPolicy, type RetryPolicy } from '@orthanc-oauth/core'
import type { ResilienceValues } from './schema/resilience-schema.ts'

const MS = 1000

export interface Policies {
  readonly retry: RetryPolicy | false
  readonly breaker: BreakerPolicy | false
}

/** What the section says and, key by key stronger, what the server says; else the defaults of the policies themselves. */
export function policies(section: ResilienceValues = {}, server: ResilienceValues = {}): Policies {
  const values = { ...section, ...server }
  const { RetryMaxAttempts: attempts = defaultRetryPolicy.attempts, RetryStrategy, RetryMultiplier } = values
  return {
    retry: attempts > 1 && {
      attempts,
      strategy: RetryStrategy ?? defaultRetryPolicy.strategy,
      initialDelay: milliseconds(values.RetryInitialDelay) ?? defaultRetryPolicy.initialDelay,
      multiplier: RetryMultiplier ?? defaultRetryPolicy.multiplier,
      increment: milliseconds(values.RetryIncrement) ?? defaultRetryPolicy.increment,
      maxDelay: milliseconds(values.RetryMaxDelay) ?? defaultRetryPolicy.maxDelay,
    },
    breaker: values.CircuitBreakerEnabled === true && {
      threshold: values.CircuitBreakerFailureThreshold ?? defaultBreakerPolicy.threshold,
      resetTimeout: milliseconds(values.CircuitBreakerTimeout) ?? defaultBreakerPolicy.resetTimeout,
    },
  }
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * MS
}
