import {
  AccessToken,
  type AcquireRequest,
  type Instant,
  instantOf,
  OrthancOAuthError,
  type TokenProvider,
} from '@orthanc-oauth/core'
import type { FakeClock } from '@orthanc-oauth/testing'

/** How an issuer answers. Milliseconds. */
export type Mood =
  | { readonly kind: 'gives'; readonly lifetime: number }
  /** Its own cache, or an SDK's: the last token again, as old as it is. */
  | { readonly kind: 'repeats'; readonly lifetime: number }
  /** The last value again, as if issued now for what is left of it: an issuer that keeps opaque tokens. */
  | { readonly kind: 'renews'; readonly lifetime: number }
  /** A cache that is behind: the token before the last. */
  | { readonly kind: 'lags'; readonly lifetime: number }
  | { readonly kind: 'busy'; readonly retryAfter?: number }
  | { readonly kind: 'refuses' }
  | { readonly kind: 'hangs' }

/** And how long it takes: msal and google-auth-library go on after their signal was aborted. */
export interface Manner {
  readonly mood: Mood
  readonly delay: number
  readonly heedsSignal: boolean
}

/** One call of the provider, as the issuer saw it. */
export interface Call {
  readonly begun: Instant
  readonly request: AcquireRequest
  /** When the acquisition that it belongs to made its first call: monotonic. */
  readonly acquisitionBegun: number
  /** Made for a person. */
  readonly person: boolean
  /** When the manager learnt of its end, by an answer or by giving it up: monotonic. */
  ended?: number
  token?: AccessToken
  error?: OrthancOAuthError
}

export interface CallObserver {
  callBegun?(call: Call): void
  /** In time: not after the acquisition was given up. */
  callEnded?(call: Call): void
}

/** Calls at one moment that no rule allows: one person, one refusal and one caller make three. */
const STORM = 50

/** An issuer with moods, and a record of every call. Shares no rule with the manager. */
export class ModelIssuer implements TokenProvider {
  readonly name = 'model'
  readonly cacheKey = 'model'
  readonly calls: Call[] = []
  /** Tokens of calls that were given up before: nobody may ever see them. */
  readonly late = new Set<AccessToken>()
  manner: Manner = { mood: { kind: 'gives', lifetime: 300_000 }, delay: 0, heedsSignal: true }
  /** Set while a person asks. */
  person = false
  /** Timers of the issuer itself, which are none of the manager's. */
  timers = 0
  readonly #clock: FakeClock
  readonly #observer: CallObserver
  readonly #broken: (what: string) => void
  readonly #acquisitions = new WeakMap<AbortSignal, { readonly begun: number; readonly person: boolean }>()
  readonly #issued: AccessToken[] = []

  /** @param broken told of a storm, whatever is watched: it would never end */
  constructor(clock: FakeClock, observer: CallObserver, broken: (what: string) => void) {
    this.#clock = clock
    this.#observer = observer
    this.#broken = broken
  }

  async acquire(request: AcquireRequest): Promise<AccessToken> {
    const begun = instantOf(this.#clock)
    const acquisition = this.#acquisitions.get(request.signal) ?? { begun: begun.monotonic, person: this.person }
    this.#acquisitions.set(request.signal, acquisition)
    const call: Call = { begun, request, acquisitionBegun: acquisition.begun, person: acquisition.person }
    this.#observer.callBegun?.(call)
    this.calls.push(call)
    if (this.calls.at(-STORM)?.begun.monotonic === begun.monotonic) {
      this.#broken('the issuer is asked without end')
      return new Promise(() => undefined)
    }
    request.signal.addEventListener('abort', () => this.#end(call), { once: true })
    const { mood, delay, heedsSignal } = this.manner
    await this.#wait(mood.kind === 'hangs' ? Number.POSITIVE_INFINITY : delay, heedsSignal ? request.signal : undefined)
    try {
      const token = this.#answer(mood, begun)
      if (call.ended === undefined) call.token = token
      else this.late.add(token)
      return token
    } catch (error) {
      if (call.ended === undefined) call.error = error as OrthancOAuthError
      throw error
    } finally {
      this.#end(call)
    }
  }

  #end(call: Call): void {
    if (call.ended !== undefined) return
    call.ended = this.#clock.monotonic()
    this.#observer.callEnded?.(call)
  }

  #answer(mood: Mood, sent: Instant): AccessToken {
    switch (mood.kind) {
      case 'gives':
        return this.#issue(`value-${this.#issued.length}`, sent, mood.lifetime)
      case 'repeats':
      case 'lags': {
        const kept = this.#issued.at(mood.kind === 'lags' ? -2 : -1)
        if (kept === undefined) return this.#issue(`value-${this.#issued.length}`, sent, mood.lifetime)
        return new AccessToken({ value: kept.reveal(), sent: kept.sent, lifetime: kept.lifetime })
      }
      case 'renews': {
        const kept = this.#issued.at(-1)
        const left = kept === undefined ? 0 : kept.sent.monotonic + kept.lifetime - sent.monotonic
        if (kept === undefined || left <= 0) return this.#issue(`value-${this.#issued.length}`, sent, mood.lifetime)
        return new AccessToken({ value: kept.reveal(), sent, lifetime: left })
      }
      case 'busy':
        throw new OrthancOAuthError('AUTH-003', 'busy', { retryable: true, retryAfter: mood.retryAfter })
      case 'refuses':
        throw new OrthancOAuthError('AUTH-001', 'refused')
      case 'hangs':
        throw new Error('What hangs does not answer')
    }
  }

  #issue(value: string, sent: Instant, lifetime: number): AccessToken {
    const token = new AccessToken({ value, sent, lifetime })
    this.#issued.push(token)
    return token
  }

  #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (ms === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.timers += 1
      const cancel = this.#clock.setTimer(() => {
        signal?.removeEventListener('abort', abort)
        this.timers -= 1
        resolve()
      }, ms)
      const abort = () => {
        cancel()
        this.timers -= 1
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
    })
  }
}
