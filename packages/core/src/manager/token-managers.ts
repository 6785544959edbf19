import { systemClock } from '../clock/system-clock.ts'
import type { TokenProvider } from '../provider/token-provider.ts'
import { checkedRetryPolicy, defaultRetryPolicy } from '../retry/retry-policy.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Expiring } from '../token/expiring.ts'
import { disposedError } from './manager-errors.ts'
import { DEFAULT_REFRESH_BUFFER, type ManagerOptions } from './manager-options.ts'
import { TokenManager } from './token-manager.ts'

/**
 * One manager per `cacheKey` and options in a process: two servers of one tenant share one token, and one acquisition.
 * Disposing of the managers is its affair, not that of those who use them.
 */
export class TokenManagers implements AsyncDisposable {
  readonly #managers = new Map<string, AsyncDisposable>()
  /** Numbers for what has no value to compare. */
  readonly #identities = new WeakMap<object, number>()
  #numbered = 0
  #disposal: Promise<unknown> | undefined

  /**
   * The manager of this provider with these options, compared by value (a clock and a source of random numbers by
   * identity). The provider of the first call is the one that is asked.
   *
   * @throws OrthancOAuthError CFG-002 for an option that makes no sense, INT-001 after disposal
   */
  for<C extends Expiring = AccessToken>(provider: TokenProvider<C>, options: ManagerOptions = {}): TokenManager<C> {
    if (this.#disposal !== undefined) throw disposedError(provider.name)
    const key = JSON.stringify([provider.cacheKey, ...this.#values(options)])
    const known = this.#managers.get(key)
    // One cacheKey is one kind of credential: it names the issuer, the client and the way it authenticates.
    if (known !== undefined) return known as TokenManager<C>
    const manager = new TokenManager(provider, options)
    this.#managers.set(key, manager)
    return manager
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= Promise.all(Array.from(this.#managers.values(), (manager) => manager[Symbol.asyncDispose]()))
    await this.#disposal
  }

  #values({
    retry = defaultRetryPolicy,
    breaker = false,
    clock = systemClock,
    random = Math.random,
    refreshBuffer = DEFAULT_REFRESH_BUFFER,
  }: ManagerOptions): unknown[] {
    return [
      retry && Object.values(checkedRetryPolicy(retry)),
      breaker && [breaker.threshold, breaker.resetTimeout],
      this.#identityOf(clock),
      this.#identityOf(random),
      refreshBuffer,
    ]
  }

  #identityOf(object: object): number {
    const known = this.#identities.get(object)
    if (known !== undefined) return known
    this.#numbered += 1
    this.#identities.set(object, this.#numbered)
    return this.#numbered
  }
}
