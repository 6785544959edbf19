import type { Clock } from '@orthanc-oauth/core'
import { type Egress, openIssuerConnection } from '@orthanc-oauth/egress'
import type { createLocalJWKSet, JWTVerifyGetKey } from 'jose'
import { fetchKeySet } from './key-set.ts'
import { SharedFlight } from './shared-flight.ts'

/** Milliseconds for which a set is taken as it is: within it a key that was withdrawn counts still. */
const FRESH = 600_000
/** Milliseconds for which keys verify on while their issuer cannot be asked. A day is longer than an outage, shorter than a rotation. */
const LONGEST_STALE = 86_400_000
/** Milliseconds between two requests, whoever asks for whatever key, and whatever became of the first. */
const COOLDOWN = 30_000

interface KeySet {
  readonly keyOf: ReturnType<typeof createLocalJWKSet>
  readonly fetchedAt: number
}

export interface RemoteKeysOptions {
  readonly jwksUri: URL
  readonly egress: Egress
  readonly clock: Clock
  readonly onStaleKeys: () => void
}

/**
 * The keys of one issuer.
 *
 * They are fetched when first needed, again after ten minutes, and when a token names a key that is not among them. Two
 * requests are 30 s apart, so a flood of invented key ids costs the issuer no more than that. One exception lets a
 * rotation within the 30 s through: a token that names an unknown key may be looked up at once, a single time; the right
 * to the next exception comes with a look that found the key it was made for. What cannot be fetched, or is no key set,
 * changes nothing: the keys that are there verify on, for a day at most.
 */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions
  readonly #flight: SharedFlight<KeySet>
  #set: KeySet | undefined
  #askedAt = Number.NEGATIVE_INFINITY
  #lastError: unknown
  #exceptionLeft = true

  constructor(options: RemoteKeysOptions) {
    this.#options = options
    this.#flight = new SharedFlight((signal) => this.#fetch(signal))
  }

  /** Has keys ready, so that nothing is asked of an issuer whose tokens could not be verified. @throws as keysFor */
  async prepare(signal?: AbortSignal): Promise<void> {
    await this.keysFor(async () => true, signal)
  }

  /**
   * The keys to verify a token with, as jose takes them.
   *
   * @param isKnown whether a set has the key that the token names
   * @throws OrthancOAuthError of the last request, where there are no keys; the signal's reason
   */
  async keysFor(isKnown: (keyOf: JWTVerifyGetKey) => Promise<boolean>, signal?: AbortSignal): Promise<JWTVerifyGetKey> {
    const set = this.#usable()
    const isFresh = set !== undefined && this.#age(set) < FRESH
    if (isFresh && (await isKnown(set.keyOf))) return set.keyOf
    if (this.#flight.isUnderWay || this.#mayAsk || (isFresh && this.#takeException()))
      try {
        const { keyOf } = await this.#flight.join(signal)
        if (isFresh && (await isKnown(keyOf))) this.#exceptionLeft = true
        return keyOf
      } catch (error) {
        signal?.throwIfAborted()
        if (set === undefined) throw error
      }
    if (set === undefined) throw this.#lastError
    if (!isFresh) this.#options.onStaleKeys()
    return set.keyOf
  }

  #takeException(): boolean {
    const left = this.#exceptionLeft
    this.#exceptionLeft = false
    return left
  }

  get #mayAsk(): boolean {
    return this.#options.clock.monotonic() - this.#askedAt >= COOLDOWN
  }

  #usable(): KeySet | undefined {
    return this.#set !== undefined && this.#age(this.#set) < LONGEST_STALE ? this.#set : undefined
  }

  #age({ fetchedAt }: KeySet): number {
    return this.#options.clock.monotonic() - fetchedAt
  }

  async #fetch(signal: AbortSignal): Promise<KeySet> {
    const { jwksUri, egress, clock } = this.#options
    const fetchedAt = clock.monotonic()
    const before = this.#askedAt
    this.#askedAt = fetchedAt
    // Given up by all who waited: it is as if the issuer had not been asked.
    signal.addEventListener('abort', () => {
      this.#askedAt = before
    })
    try {
      const { createLocalJWKSet } = await import('jose/jwks/local')
      const keyOf = createLocalJWKSet(await keySetAt(jwksUri, egress, { clock, signal }))
      signal.throwIfAborted()
      this.#set = { keyOf, fetchedAt }
      return this.#set
    } catch (error) {
      if (!signal.aborted) this.#lastError = error
      throw error
    }
  }
}

async function keySetAt(uri: URL, egress: Egress, request: Parameters<typeof openIssuerConnection>[1]) {
  const connection = await openIssuerConnection(egress, request)
  try {
    return await fetchKeySet(connection, uri)
  } finally {
    await connection.close()
  }
}
