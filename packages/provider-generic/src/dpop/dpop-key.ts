import type { KeyPair } from 'dpop'

/** What servers know best (RFC 9449 names no other), and made in a millisecond. */
const ALGORITHM = 'ES256'

/** The key that tokens are bound to: made when it is first needed, never out of this process, gone with its provider. */
export class DpopKey {
  #pair: Promise<KeyPair> | undefined

  /**
   * A proof of possession for one request (RFC 9449, section 4.2).
   *
   * @param url as it is sent; its query and fragment are no part of the proof
   * @param token the access token that it goes with; none at the token endpoint
   */
  async proof(method: string, url: string, nonce: string | undefined, token?: string): Promise<string> {
    const { generateKeyPair, generateProof } = await import('dpop')
    this.#pair ??= generateKeyPair(ALGORITHM)
    const [htu = url] = url.split(/[?#]/, 1)
    return generateProof(await this.#pair, htu, method, nonce, token)
  }
}
