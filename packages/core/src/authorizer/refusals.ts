import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { TokenManager } from '../manager/token-manager.ts'
import type { AccessToken } from '../token/access-token.ts'
import { sameCredential } from '../token/same-credential.ts'
import type { AnswerHead } from './heads.ts'

/** Milliseconds, per server. One that answers 401 to everything would otherwise cost an acquisition per request. */
const BETWEEN_FORCED = 60_000

interface Forced {
  /** The refused one. */
  readonly token: AccessToken
  /** Monotonic. */
  readonly at: number
  readonly another: Promise<AccessToken>
  pending: boolean
}

/** The 401s of one server, and what is worth doing about each. */
export class Refusals {
  readonly #manager: TokenManager
  readonly #origin: string
  #forced: Forced | undefined
  #error: OrthancOAuthError | undefined

  constructor(manager: TokenManager, origin: string) {
    this.#manager = manager
    this.#origin = origin
  }

  /** Why its 401s pass through; absent once it accepts a token. */
  get error(): OrthancOAuthError | undefined {
    return this.#error
  }

  /**
   * Told of an answer to `token`. Gives the way to another token where that is worth a try: another that is already
   * there, or one that the issuer is asked for at once, also for the requests that can't be sent again.
   */
  answered(token: AccessToken, { status }: AnswerHead): (() => Promise<AccessToken>) | undefined {
    if (status !== 401) {
      if (status < 400) this.#error = undefined
      return undefined
    }
    const held = this.#manager.peek()
    if (held !== undefined && !sameCredential(held, token)) return () => this.#manager.getToken({ after: token })
    const now = this.#manager.clock.monotonic()
    if (this.#forced === undefined || now - this.#forced.at >= BETWEEN_FORCED) this.#forced = this.#force(token, now)
    const { pending, another, token: refused } = this.#forced
    const same = sameCredential(refused, token)
    if (pending && same) return () => another
    if (!same) this.#error = this.#refusesWhatIsGood()
    return undefined
  }

  #force(token: AccessToken, at: number): Forced {
    const forced: Forced = { token, at, another: this.#manager.getToken({ after: token }), pending: true }
    forced.another.then(
      () => {
        forced.pending = false
      },
      (error: unknown) => {
        forced.pending = false
        if (error instanceof OrthancOAuthError && error.code === 'TOK-006') this.#error = this.#refusesWhatIsGood(error)
      },
    )
    return forced
  }

  #refusesWhatIsGood(cause?: OrthancOAuthError): OrthancOAuthError {
    return new OrthancOAuthError('TOK-006', `${this.#origin} refuses the tokens that the issuer considers good`, {
      cause,
      details: { origin: this.#origin },
    })
  }
}
