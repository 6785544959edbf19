import type { EventEmitter } from 'node:events'
import type { BreakerState } from '../breaker/breaker-policy.ts'
import type { Clock } from '../clock/clock.ts'
import type { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { TokenProvider } from '../provider/token-provider.ts'
import type { FailedAttempt } from '../retry/with-retry.ts'
import type { Expiring } from '../token/expiring.ts'
import { leastWindowOf } from '../token/moments.ts'
import { type Demand, Flight } from './flight.ts'
import { Held } from './held.ts'
import { lifetimeError, oursOf, sentError, unusableOnArrivalError } from './manager-errors.ts'
import { Pause } from './pause.ts'
import { Pipeline, type PipelineOptions } from './pipeline.ts'
import { succeeds } from './succession.ts'
import { tell } from './tell.ts'
import type { TokenEvents } from './token-status.ts'

export interface RefresherOptions extends Pick<PipelineOptions, 'retry' | 'breaker' | 'random'> {
  readonly clock: Clock
  /** Milliseconds. */
  readonly refreshBuffer: number
  readonly events: EventEmitter<TokenEvents>
  /** Another credential is held from now on. */
  readonly onReplaced: () => void
  /** An acquisition has ended, well or badly. */
  readonly onLanded: () => void
}

/** An issuer that repeats itself is asked again after this share of what is left of its token. */
const NO_NEWER_SHARE = 1 / 5

/** Holds one credential and gets the next: one acquisition at a time, none within a pause, none in vain. */
export class Refresher<C extends Expiring> {
  readonly clock: Clock
  readonly pause: Pause
  readonly counts = { succeeded: 0, failed: 0, retries: 0, breakerRejections: 0 }
  readonly #name: string
  readonly #options: RefresherOptions
  readonly #pipeline: Pipeline<C>
  #held: Held<C> | undefined
  /** The one whose loss nobody has been told of. */
  #inUse: Held<C> | undefined
  /** What a server refused last. */
  #rejected: C | undefined
  /** Monotonic: no background refresh before. */
  #noNewerBefore = Number.NEGATIVE_INFINITY
  #flight: Flight<C> | undefined
  #disposal: OrthancOAuthError | undefined

  constructor(provider: TokenProvider<C>, options: RefresherOptions) {
    this.clock = options.clock
    this.pause = new Pause(options.clock, options.random)
    this.#name = provider.name
    this.#options = options
    this.#pipeline = new Pipeline(provider, {
      retry: options.retry,
      breaker: options.breaker,
      random: options.random,
      onRetry: (retry) => this.#retried(retry),
      onBreakerState: (state) => tell(options.events, 'breaker', { state }),
      onBreakerRejection: () => this.#rejectedByBreaker(),
    })
  }

  /** The last one, usable or not. */
  get held(): Held<C> | undefined {
    return this.#held
  }

  get flight(): Flight<C> | undefined {
    return this.#flight
  }

  get breakerState(): BreakerState {
    return this.#pipeline.breakerState
  }

  /** A server refused it: it does not come back in the place of another. */
  reject(credential: C): void {
    this.#rejected = credential
  }

  /** What may be given out, by both clocks, now. The first look that finds it lost says so. */
  usable(): Held<C> | undefined {
    if (this.#held !== undefined && this.#held.untilUnusable(this.clock) > 0) return this.#held
    if (this.#inUse !== undefined) {
      this.#inUse = undefined
      tell(this.#options.events, 'lost')
    }
    return undefined
  }

  /** What may be given out; begins an acquisition where there is none, or a refresh is due. */
  look(): Held<C> | undefined {
    const held = this.usable()
    if (this.#disposal === undefined && this.#flight === undefined && this.#untilWanted(held) <= 0) this.begin({})
    return held
  }

  /** Milliseconds until something is to be looked at again: the next acquisition, or the end of what is held. */
  untilNextLook(): number {
    const held = this.usable()
    const end = held?.untilUnusable(this.clock) ?? Number.POSITIVE_INFINITY
    return this.#flight === undefined ? Math.min(this.#untilWanted(held), end) : end
  }

  /** Asks the issuer, whatever is held. Nothing may be under way. */
  begin(demand: Demand<C>): Flight<C> {
    this.#flight = new Flight(demand, this.clock, this.pause.error, (flight) => this.#fly(flight))
    return this.#flight
  }

  /** Ends what is under way; nothing begins any more. */
  dispose(reason: OrthancOAuthError): void {
    this.#disposal = reason
    this.#held = undefined
    this.#rejected = undefined
    this.#inUse = undefined
    this.#flight?.abort(reason)
    this.#pipeline[Symbol.dispose]()
  }

  /** Settles once the provider's last call has ended, also one that did not look at its signal. */
  providerIdle(): Promise<void> {
    return this.#pipeline.providerIdle()
  }

  #untilWanted(held: Held<C> | undefined): number {
    if (held === undefined) return this.pause.left
    return Math.max(held.untilDue(this.clock), this.#noNewerBefore - this.clock.monotonic(), this.pause.left)
  }

  async #fly(flight: Flight<C>): Promise<C> {
    const { rejected, claims, person } = flight.demand
    const request = { clock: this.clock, current: this.#held?.credential, rejected, claims }
    try {
      const credential = await flight.answer((signal) =>
        person === true
          ? this.#pipeline.acquirePastBreaker({ ...request, signal })
          : this.#pipeline.acquire({ ...request, signal }),
      )
      const held = this.#landed(credential, flight)
      this.#flight = undefined
      return held
    } catch (error) {
      this.#flight = undefined
      throw this.#failed(oursOf(error, this.#name), flight)
    } finally {
      this.#options.onLanded()
    }
  }

  /** @throws OrthancOAuthError TOK-002, TOK-005 for one that cannot be used */
  #landed(credential: C, { demand, started }: Flight<C>): C {
    if (!(credential.lifetime > 0 && Number.isFinite(credential.lifetime))) throw lifetimeError(this.#name)
    if (!this.#isPast(credential.sent)) throw sentError(this.#name)
    const { refreshBuffer, random, events, onReplaced } = this.#options
    const arrived = new Held(credential, demand.claims, refreshBuffer, random())
    if (!(arrived.untilUnusable(this.clock) > 0)) throw unusableOnArrivalError(this.#name, credential.lifetime)
    this.counts.succeeded += 1
    this.pause.succeeded()
    const held = this.usable()
    if (this.#disposal !== undefined) throw this.#disposal // since the answer, or by whoever was told of the loss
    if (held !== undefined && !succeeds(arrived, held, demand, this.#rejected, this.clock)) {
      const pause = Math.max(leastWindowOf(held.credential.lifetime), held.untilUnusable(this.clock) * NO_NEWER_SHARE)
      this.#noNewerBefore = this.clock.monotonic() + pause
      return held.credential
    }
    this.#held = arrived
    this.#inUse = arrived
    this.#noNewerBefore = Number.NEGATIVE_INFINITY
    onReplaced()
    const { lifetime, sent } = credential
    const duration = this.clock.monotonic() - started
    tell(events, 'token', { lifetime, expiresAt: sent.wall + lifetime, duration })
    return credential
  }

  #failed(error: OrthancOAuthError, { started, rejections }: Flight<C>): OrthancOAuthError {
    if (this.#disposal !== undefined) return this.#disposal
    if (rejections > 0) return this.pause.rejected(error)
    this.counts.failed += 1
    const failure = this.pause.failed(error)
    tell(this.#options.events, 'failed', { error: failure, duration: this.clock.monotonic() - started })
    return failure
  }

  /** The wall clock may have been set back since; the other one never is. */
  #isPast({ wall, monotonic }: Expiring['sent']): boolean {
    return Number.isFinite(wall) && monotonic <= this.clock.monotonic()
  }

  #retried(retry: FailedAttempt): void {
    this.counts.retries += 1
    if (this.#flight !== undefined) this.#flight.lastFailure = retry.error
    tell(this.#options.events, 'retry', retry)
  }

  #rejectedByBreaker(): void {
    this.counts.breakerRejections += 1
    if (this.#flight !== undefined) this.#flight.rejections += 1
  }
}
