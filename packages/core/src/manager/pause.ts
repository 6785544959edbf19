import type { Clock } from '../clock/clock.ts'
import { type OrthancOAuthError, withRetryAfter } from '../errors/orthanc-oauth-error.ts'
import { backoff } from '../retry/backoff.ts'
import { LONGEST_RETRY_AFTER } from '../retry/retry-after.ts'
import { defaultRetryPolicy, type RetryPolicy } from '../retry/retry-policy.ts'

/** Between acquisitions, each with its own retries: 1 s, 2 s, 4 s … at most 30 s, which is also how long recovery may take. */
const BETWEEN_ACQUISITIONS: RetryPolicy = Object.freeze({ ...defaultRetryPolicy, strategy: 'exponential' })

/**
 * Milliseconds. An issuer that refused gives the same answer again until somebody changes something, and locks out
 * clients that guess.
 */
const AFTER_REFUSAL = 60_000

/** The time in which the issuer is not asked, because it failed, refused or said so. By the monotonic clock. */
export class Pause {
  readonly #clock: Clock
  readonly #random: () => number
  #failures = 0
  #notBefore = Number.NEGATIVE_INFINITY
  #error: OrthancOAuthError | undefined

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock
    this.#random = random
  }

  /** Milliseconds; 0 or less: it may be asked. */
  get left(): number {
    return this.#notBefore - this.#clock.monotonic()
  }

  /** Of the last acquisition, its `retryAfter` what is left of the pause in whole milliseconds; undefined after a success. */
  get error(): OrthancOAuthError | undefined {
    return this.#error && withRetryAfter(this.#error, Math.max(Math.ceil(this.left), 0))
  }

  /** @returns the error with the length of the pause as its `retryAfter` */
  failed(error: OrthancOAuthError): OrthancOAuthError {
    this.#failures += 1
    const ours = error.retryable ? backoff(BETWEEN_ACQUISITIONS, this.#failures, this.#random()) : AFTER_REFUSAL
    return this.#begin(error, ours)
  }

  /**
   * An open breaker answered for the issuer: nothing is learnt about it, so the backoff does not grow.
   *
   * @returns the error with the length of the pause as its `retryAfter`
   */
  rejected(error: OrthancOAuthError): OrthancOAuthError {
    return this.#begin(error, BETWEEN_ACQUISITIONS.initialDelay)
  }

  succeeded(): void {
    this.#failures = 0
    this.#notBefore = Number.NEGATIVE_INFINITY
    this.#error = undefined
  }

  #begin(error: OrthancOAuthError, least: number): OrthancOAuthError {
    const length = Math.max(least, Math.min(error.retryAfter ?? 0, LONGEST_RETRY_AFTER))
    // Somebody who asked within the pause, and failed, does not make it shorter.
    this.#notBefore = Math.max(this.#notBefore, this.#clock.monotonic() + length)
    this.#error = error
    return withRetryAfter(error, Math.ceil(this.left))
  }
}
