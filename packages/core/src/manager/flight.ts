import { untilAborted } from '../async/until-aborted.ts'
import type { Clock } from '../clock/clock.ts'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { Expiring } from '../token/expiring.ts'
import { sameCredential } from '../token/same-credential.ts'

/** What an acquisition is made for. Empty: a token, any. */
export interface Demand<C extends Expiring> {
  /** A server refused this one. */
  readonly rejected?: C | undefined
  /** Claims challenge, decoded. */
  readonly claims?: string | undefined
  /** Asked for by a person: past pause and breaker. */
  readonly person?: boolean | undefined
}

/** Milliseconds, retries included. Longer than a caller waits, short enough that a hanging issuer is asked anew. */
const LONGEST_FLIGHT = 60_000

/** One acquisition under way, joined by everybody whom its result serves. */
export class Flight<C extends Expiring> {
  readonly demand: Demand<C>
  /** Monotonic. */
  readonly started: number
  /** What is held once it has landed; nobody needs to look at it. */
  readonly result: Promise<C>
  /** Of its attempt before the one under way. */
  lastFailure: OrthancOAuthError | undefined
  /** By an open breaker: the issuer was not asked. */
  rejections = 0
  /** Of the acquisition before. */
  readonly #before: OrthancOAuthError | undefined
  readonly #clock: Clock
  readonly #controller = new AbortController()

  constructor(
    demand: Demand<C>,
    clock: Clock,
    before: OrthancOAuthError | undefined,
    fly: (flight: Flight<C>) => Promise<C>,
  ) {
    this.demand = demand
    this.#clock = clock
    this.started = clock.monotonic()
    this.#before = before
    this.result = fly(this)
    this.result.catch(() => undefined) // a background failure is in status and events, not an unhandled rejection
  }

  /**
   * What `acquire` gives, raced against the signal it is given, because SDKs ignore theirs: a late result goes nowhere.
   *
   * @throws what `acquire` throws; NET-001, retryable, after 60 s; the reason the flight was aborted with
   */
  async answer(acquire: (signal: AbortSignal) => Promise<C>): Promise<C> {
    const { signal } = this.#controller
    const cancel = this.#clock.setTimer(() => this.abort(this.#tooLong()), LONGEST_FLIGHT)
    try {
      return await untilAborted(acquire(signal), signal)
    } finally {
      cancel()
    }
  }

  abort(reason: OrthancOAuthError): void {
    this.#controller.abort(reason)
  }

  /** Whether its result is what `other` asks for too. */
  serves(other: Demand<C>): boolean {
    const { rejected, claims } = this.demand
    if (other.claims !== undefined && other.claims !== claims) return false
    return other.rejected === undefined || (rejected !== undefined && sameCredential(rejected, other.rejected))
  }

  #tooLong(): OrthancOAuthError {
    return new OrthancOAuthError(
      'NET-001',
      `No token after ${LONGEST_FLIGHT / 1_000} s: the acquisition was given up`,
      {
        cause: this.lastFailure ?? causeWithin(this.#before),
        retryable: true,
        retryAfter: this.lastFailure?.retryAfter,
      },
    )
  }
}

/** What lies behind an earlier give-up rather than the give-up itself: an issuer that hangs for days makes no longer chain. */
function causeWithin(before: OrthancOAuthError | undefined): OrthancOAuthError | undefined {
  return before?.cause instanceof OrthancOAuthError ? before.cause : before
}
