import { z } from 'zod'
import { flag, integer, oneOf, seconds } from './fields.ts'

/** An hour: who waits longer is better served by the manager's own next acquisition. */
const LONGEST_DELAY = 3600
/** A day: a breaker that is open longer is an outage. */
const LONGEST_OPEN = 86_400
/** All attempts of one acquisition, which ends after 60 s anyway. */
const MOST_ATTEMPTS = 20

/** `ResilienceConfig`, of the section and of a server. Defaults are given once both are known. */
export const resilienceSchema = z.strictObject(
  {
    CircuitBreakerEnabled: flag().optional(),
    CircuitBreakerFailureThreshold: integer(1, 1000, 'consecutive failures').optional(),
    CircuitBreakerTimeout: seconds(1, LONGEST_OPEN).optional(),
    RetryMaxAttempts: integer(0, MOST_ATTEMPTS, 'attempts').optional(),
    RetryStrategy: oneOf(['exponential', 'linear', 'fixed']).optional(),
    RetryInitialDelay: seconds(0, LONGEST_DELAY).optional(),
    RetryMultiplier: z
      .number('a number from 1 to 10')
      .min(1, 'a number from 1 to 10')
      .max(10, 'a number from 1 to 10')
      .optional(),
    RetryIncrement: seconds(0, LONGEST_DELAY).optional(),
    RetryMaxDelay: seconds(0, LONGEST_DELAY).optional(),
  },
  'an object with settings of retry and breaker',
)

export type ResilienceValues = z.output<typeof resilienceSchema>
