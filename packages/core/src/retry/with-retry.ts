import pRetry from 'p-retry'
import { sleep } from '../clock/sleep.ts'
import { isRetryable, type OrthancOAuthError, retryAfterOf } from '../errors/orthanc-oauth-error.ts'
import type { AcquireRequest, TokenProvider } from '../provider/token-provider.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Expiring } from '../token/expiring.ts'
import { backoff } from './backoff.ts'
import { checkedRetryPolicy, defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts'

export interface WithRetryOptions {
  /** A draw from [0, 1). Default Math.random. */
  readonly random?: (() => number) | undefined
  /** Told of each failed attempt that is followed by another, before its delay (milliseconds) begins. */
  readonly onRetry?: ((retry: FailedAttempt) => void) | undefined
}

export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number
  /** Milliseconds until the next. */
  readonly delay: number
  readonly error: OrthancOAuthError
}

/**
 * A short-lived token leaves little time between due and unusable (0.8 s of 5 s): the first delay is at most this share
 * of the lifetime that the last one had.
 */
const DELAY_SHARE = 1 / 20

/**
 * Tries a provider again while its issuer cannot be reached or is busy.
 *
 * Network errors, 429 and 5xx are tried again; an OAuth error never is: the issuer has answered, and the same
 * question gets the same answer (RFC 6749, section 5.2). A Retry-After beyond `maxDelay` ends the acquisition at
 * once, because sleeping here would hide it from the manager, which must not ask again before (RFC 9110, 10.2.3).
 *
 * @throws OrthancOAuthError CFG-002 for a policy that makes no sense
 * @returns a provider whose `acquire` throws the error of the last attempt, unchanged
 */
export function withRetry<C extends Expiring = AccessToken>(
  provider: TokenProvider<C>,
  policy: RetryPolicy = defaultRetryPolicy,
  { random = Math.random, onRetry }: WithRetryOptions = {},
): TokenProvider<C> {
  const checked = checkedRetryPolicy(policy)
  const worthAnother = (error: unknown): error is OrthancOAuthError =>
    isRetryable(error) && (retryAfterOf(error) ?? 0) <= checked.maxDelay
  return {
    name: provider.name,
    cacheKey: provider.cacheKey,
    binding: provider.binding,
    acquire: (request) =>
      pRetry(() => provider.acquire(request), {
        retries: checked.attempts - 1,
        minTimeout: 0, // p-retry then waits for nothing itself: the delay below is ours, by our clock
        signal: request.signal,
        shouldRetry: ({ error }) => worthAnother(error),
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft === 0 || !worthAnother(error)) return
          const pace = paced(checked, request)
          const delay = Math.max(backoff(pace, attemptNumber, random()), retryAfterOf(error) ?? 0)
          onRetry?.({ attempt: attemptNumber, delay, error })
          await sleep(request.clock, delay, request.signal)
        },
      }),
  }
}

function paced<C extends Expiring>(policy: RetryPolicy, { current }: AcquireRequest<C>): RetryPolicy {
  if (current === undefined) return policy
  return { ...policy, initialDelay: Math.min(policy.initialDelay, current.lifetime * DELAY_SHARE) }
}
