import type { BreakerPolicy, BreakerState } from '../breaker/breaker-policy.ts'
import { type BreakerProvider, withBreaker } from '../breaker/with-breaker.ts'
import type { AcquireRequest, TokenProvider } from '../provider/token-provider.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import { type FailedAttempt, withRetry } from '../retry/with-retry.ts'
import type { Expiring } from '../token/expiring.ts'

export interface PipelineOptions {
  readonly retry?: RetryPolicy | false | undefined
  readonly breaker?: BreakerPolicy | false | undefined
  readonly random: () => number
  readonly onRetry: (retry: FailedAttempt) => void
  readonly onBreakerState: (state: BreakerState) => void
  readonly onBreakerRejection: () => void
}

/** breaker(retry(acquire)), and the ways around it. */
export class Pipeline<C extends Expiring> implements Disposable {
  readonly #tried: TokenProvider<C>
  readonly #guarded: BreakerProvider<C> | undefined
  #underway: Promise<unknown> = Promise.resolve()

  constructor(
    provider: TokenProvider<C>,
    { retry, breaker = false, random, onRetry, onBreakerState, onBreakerRejection }: PipelineOptions,
  ) {
    const { name, cacheKey, binding } = provider
    const watched: TokenProvider<C> = {
      name,
      cacheKey,
      binding,
      acquire: (request) => {
        const answer = provider.acquire(request)
        this.#underway = answer
        return answer
      },
    }
    this.#tried = retry === false ? watched : withRetry(watched, retry, { random, onRetry })
    if (breaker !== false)
      this.#guarded = withBreaker(this.#tried, breaker, { onState: onBreakerState, onReject: onBreakerRejection })
  }

  async acquire(request: AcquireRequest<C>): Promise<C> {
    return (this.#guarded ?? this.#tried).acquire(request)
  }

  /** A person wants to know now. A success closes the breaker. */
  async acquirePastBreaker(request: AcquireRequest<C>): Promise<C> {
    if (this.breakerState !== 'open' && this.breakerState !== 'half-open') return this.acquire(request)
    const credential = await this.#tried.acquire(request)
    this.#guarded?.close()
    return credential
  }

  get breakerState(): BreakerState {
    return this.#guarded?.state ?? 'off'
  }

  /** Settles, never rejecting, once the provider's last call has ended, also one that did not look at its signal. */
  async providerIdle(): Promise<void> {
    await Promise.allSettled([this.#underway])
  }

  [Symbol.dispose](): void {
    this.#guarded?.[Symbol.dispose]()
  }
}
