import type { DpopKey } from './dpop-key.ts'
import { nonceOf } from './nonce-challenge.ts'

/** The proofs for one token endpoint, with the nonce that it gave last. */
export class EndpointProofs {
  readonly #key: DpopKey
  #nonce: string | undefined

  constructor(key: DpopKey) {
    this.#key = key
  }

  /** @param endpoint absolute */
  proof(endpoint: string): Promise<string> {
    return this.#key.proof('POST', endpoint, this.#nonce)
  }

  /** Any answer may give the nonce for the next proof (RFC 9449, section 8.2). */
  learn(response: Response): void {
    this.#nonce = nonceOf(response) ?? this.#nonce
  }
}
