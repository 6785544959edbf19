import { readSecret, Secret, type SecretSource } from '@orthanc-oauth/core'

export interface Login {
  /** Without a colon (RFC 7617, section 2). */
  readonly username: string
  /** Of a file: read again at each use, so a rotated one counts at once. */
  readonly password: SecretSource
}

/** Lets those in who show one of its logins (HTTP Basic, RFC 7617). */
export class BasicGate {
  readonly #logins: readonly Login[]
  readonly #onUnreadable: (error: unknown) => void
  /** For a 401's WWW-Authenticate. */
  readonly challenge: string

  /**
   * @param realm of the challenge; without quotes and backslashes
   * @param onUnreadable told of a password file that cannot be read; its login lets nobody in
   */
  constructor(logins: readonly Login[], realm: string, onUnreadable: (error: unknown) => void) {
    this.#logins = [...logins]
    this.#onUnreadable = onUnreadable
    this.challenge = `Basic realm="${realm}", charset="UTF-8"`
  }

  /** All logins are compared, each in constant time: how long it takes says nothing. */
  async admits(authorization: string | undefined): Promise<boolean> {
    const shown = basicCredentials(authorization)
    if (shown === undefined) return false
    const matches = await Promise.all(this.#logins.map((login) => this.#matches(login, shown)))
    return matches.includes(true)
  }

  async #matches({ username, password }: Login, shown: string): Promise<boolean> {
    try {
      return new Secret(`${username}:${(await readSecret(password)).reveal()}`).equals(shown)
    } catch (error) {
      this.#onUnreadable(error)
      return false
    }
  }
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i

/** user:password */
function basicCredentials(authorization: string | undefined): string | undefined {
  const encoded = BASIC.exec(authorization ?? '')?.[1]
  return encoded && Buffer.from(encoded, 'base64').toString('utf8')
}
