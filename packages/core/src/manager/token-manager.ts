import { EventEmitter } from 'node:events'
import { untilDeadline } from '../async/until-deadline.ts'
import type { Clock } from '../clock/clock.ts'
import { systemClock } from '../clock/system-clock.ts'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { TokenBinding } from '../provider/token-binding.ts'
import type { TokenProvider } from '../provider/token-provider.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Expiring } from '../token/expiring.ts'
import type { Demand, Flight } from './flight.ts'
import type { Held } from './held.ts'
import { disposedError, lateError, refusedAgainError } from './manager-errors.ts'
import { DEFAULT_REFRESH_BUFFER, type GetTokenOptions, type ManagerOptions } from './manager-options.ts'
import { answers, obtain } from './obtain.ts'
import { Refresher } from './refresher.ts'
import { statusOf } from './status-of.ts'
import type { TokenEvents, TokenStatus } from './token-status.ts'
import { Upkeep } from './upkeep.ts'

/** Milliseconds. Orthanc waits 60 s for the whole of its request by default. */
const LONGEST_WAIT = 30_000

/** Milliseconds. Callers that come together share a wait, and its end: a thousand cold ones cost one timer. */
const TOGETHER = 100

/** Milliseconds. Enough for a provider to give back a lease, too little to hold up the end of a process. */
const LONGEST_FAREWELL = 1_000

/**
 * Always a valid token of one provider: kept in memory, refreshed before its end, asked for once however many wait.
 *
 * A token is given out until its lifetime, counted from the moment its request left, is over less a tenth (1 to 10 s, at
 * most a quarter), by the wall clock and by the monotonic clock. While one is valid nothing that fails makes a caller wait or
 * fail. Nothing runs between calls unless `start()` was called.
 */
export class TokenManager<C extends Expiring = AccessToken> implements AsyncDisposable {
  /** token, lost, failed, retry, breaker; no token value in any. */
  readonly events: EventEmitter<TokenEvents> = new EventEmitter<TokenEvents>().setMaxListeners(0) // one per server that shares it
  /** The clock by which it judges. */
  readonly clock: Clock
  /** Of the provider that it asks: what its tokens are bound to is bound to this manager. */
  readonly binding: TokenBinding | undefined
  readonly #name: string
  readonly #refresher: Refresher<C>
  readonly #upkeep: Upkeep
  /** The last wait for an acquisition. */
  #joined: { readonly result: Promise<C>; readonly begun: number; readonly wait: Promise<C> } | undefined
  /** Of callers whose wait is more than joining one acquisition. */
  readonly #waiting = new Set<AbortController>()
  #disposed: Promise<void> | undefined
  #hits = 0
  #misses = 0
  /** While neither clock has reached these the token below is fresh: two clock reads are all that a call costs. */
  #dueWall = Number.NEGATIVE_INFINITY
  #dueMonotonic = Number.NEGATIVE_INFINITY
  #fresh: C | undefined
  #freshPromise: Promise<C> | undefined

  /** @throws OrthancOAuthError CFG-002 for an option that makes no sense */
  constructor(provider: TokenProvider<C>, options: ManagerOptions = {}) {
    const {
      retry,
      breaker,
      clock = systemClock,
      random = Math.random,
      refreshBuffer = DEFAULT_REFRESH_BUFFER,
    } = options
    if (!(refreshBuffer >= 0))
      throw new OrthancOAuthError('CFG-002', `refreshBuffer must be 0 or more ms, not ${refreshBuffer}`)
    this.clock = clock
    this.#name = provider.name
    this.binding = provider.binding
    this.#refresher = new Refresher(provider, {
      retry,
      breaker,
      clock,
      random,
      refreshBuffer,
      events: this.events,
      onReplaced: () => this.#forget(),
      onLanded: () => this.#upkeep.lookNow(),
    })
    this.#upkeep = new Upkeep(clock, () => {
      this.#refresher.look()
      return this.#refresher.untilNextLook()
    })
  }

  /**
   * A usable token; at once where one is in memory, else as soon as the issuer gives one.
   *
   * @throws OrthancOAuthError the failure of the acquisition, `retryAfter` telling when the next may be made; within
   * that time at once, unless it is short and the failure retryable: then the next attempt is waited for. NET-001
   * after 30 s. TOK-006 where the issuer gives again what `after` names.
   */
  getToken(options?: GetTokenOptions<C>): Promise<C> {
    if (
      options === undefined &&
      this.clock.now() < this.#dueWall &&
      this.clock.monotonic() < this.#dueMonotonic &&
      this.#freshPromise !== undefined
    ) {
      this.#hits += 1
      return this.#freshPromise
    }
    return this.#getToken(options)
  }

  /**
   * The token in memory; never waits. Starts an acquisition where a refresh is due or nothing usable is there, except
   * within the time that the issuer must not be asked. undefined: await getToken().
   */
  peek(): C | undefined {
    if (this.clock.now() < this.#dueWall && this.clock.monotonic() < this.#dueMonotonic) {
      this.#hits += 1
      return this.#fresh
    }
    const held = this.#refresher.look()
    if (held === undefined) return undefined
    this.#hits += 1
    return this.#remember(held)
  }

  /**
   * Another token, asked for by a person: past the pause after a failure and past an open breaker, which a success
   * closes. Joins an acquisition under way. An answer that is no newer leaves the token in use.
   *
   * @throws OrthancOAuthError as getToken()
   */
  refresh({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<C> {
    const refused = this.#refused(signal)
    if (refused !== undefined) return refused
    const { result } = this.#refresher.flight ?? this.#refresher.begin({ person: true })
    return untilDeadline(result, this.#deadline(), signal)
  }

  /**
   * The first acquisition; from then on kept fresh until disposed, by a timer that keeps no process alive.
   *
   * @throws OrthancOAuthError as getToken(), where the first acquisition fails; it goes on trying all the same
   */
  async start(): Promise<void> {
    if (this.#disposed === undefined) this.#upkeep.start()
    await this.getToken()
  }

  get status(): TokenStatus {
    return statusOf(this.#refresher, { hits: this.#hits, misses: this.#misses }, this.#disposed !== undefined)
  }

  /**
   * Everybody who waits is rejected, the acquisition under way aborted and awaited for up to a second. For whoever
   * made the manager; one out of TokenManagers belongs to these.
   */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose()
    return this.#disposed
  }

  #getToken({ signal, after, claims }: GetTokenOptions<C> = {}): Promise<C> {
    const refused = this.#refused(signal)
    if (refused !== undefined) return refused
    if (after !== undefined) this.#refresher.reject(after)
    const demand: Demand<C> = { rejected: after, claims }
    const any = after === undefined && claims === undefined
    const held = any ? this.#refresher.look() : this.#refresher.usable()
    if (held !== undefined && answers(held, demand)) {
      this.#hits += 1
      this.#remember(held)
      return this.#freshPromise ?? Promise.resolve(held.credential)
    }
    this.#misses += 1
    const { flight } = this.#refresher
    if (!any || flight === undefined) return this.#obtain(demand, signal)
    return signal === undefined ? this.#join(flight) : untilDeadline(flight.result, this.#deadline(), signal)
  }

  /** For those who cannot give up. */
  #join({ result }: Flight<C>): Promise<C> {
    const now = this.clock.monotonic()
    if (this.#joined?.result !== result || now - this.#joined.begun > TOGETHER)
      this.#joined = { result, begun: now, wait: untilDeadline(result, this.#deadline()) }
    return this.#joined.wait
  }

  async #obtain(demand: Demand<C>, signal: AbortSignal | undefined): Promise<C> {
    const waiting = new AbortController()
    this.#waiting.add(waiting)
    try {
      const deadline = this.clock.monotonic() + LONGEST_WAIT
      const obtained = obtain(this.#refresher, demand, deadline, waiting.signal, () => refusedAgainError(this.#name))
      return await untilDeadline(obtained, this.#deadline(), signal)
    } finally {
      waiting.abort()
      this.#waiting.delete(waiting)
    }
  }

  #refused(signal: AbortSignal | undefined): Promise<never> | undefined {
    if (this.#disposed !== undefined) return Promise.reject(disposedError(this.#name))
    if (signal?.aborted) return Promise.reject(signal.reason)
    return undefined
  }

  #deadline() {
    const late = () => {
      const { flight, pause } = this.#refresher
      return lateError(this.#name, LONGEST_WAIT / 1_000, flight?.lastFailure ?? pause.error)
    }
    return { clock: this.clock, ms: LONGEST_WAIT, late }
  }

  #remember(held: Held<C>): C {
    const { credential } = held
    if (credential !== this.#fresh) {
      this.#fresh = credential
      this.#freshPromise = Promise.resolve(credential)
    }
    this.#dueWall = held.dueWall
    this.#dueMonotonic = held.dueMonotonic
    return credential
  }

  #forget(): void {
    this.#dueWall = Number.NEGATIVE_INFINITY
    this.#dueMonotonic = Number.NEGATIVE_INFINITY
    this.#fresh = undefined
    this.#freshPromise = undefined
    this.#joined = undefined
  }

  async #dispose(): Promise<void> {
    const reason = disposedError(this.#name)
    const { flight } = this.#refresher
    this.#upkeep.stop()
    this.#forget()
    this.#refresher.dispose(reason)
    for (const waiting of this.#waiting) waiting.abort(reason)
    if (flight === undefined) return
    const idle = untilDeadline(this.#refresher.providerIdle(), {
      clock: this.clock,
      ms: LONGEST_FAREWELL,
      late: () => reason,
    })
    await idle.catch(() => undefined) // it had its second
  }
}
