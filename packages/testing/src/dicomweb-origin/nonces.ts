import { randomBytes } from 'node:crypto'

const BYTES = 16

/** The nonces that a server wants in proofs (RFC 9449, section 9): the current one, and the one before for those on their way. */
export class Nonces {
  #current = fresh()
  #previous: string | undefined

  get current(): string {
    return this.#current
  }

  rotate(): void {
    this.#previous = this.#current
    this.#current = fresh()
  }

  accepts(nonce: unknown): boolean {
    return nonce === this.#current || (nonce !== undefined && nonce === this.#previous)
  }
}

function fresh(): string {
  return randomBytes(BYTES).toString('base64url')
}
