import type { Clock } from '../clock/clock.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Expiring } from '../token/expiring.ts'
import type { TokenBinding } from './token-binding.ts'

/** Where tokens come from: one call, one answer of the issuer. No cache, no retry, no timer. */
export interface TokenProvider<C extends Expiring = AccessToken> {
  /** For people: `generic`, `azure`, … */
  readonly name: string
  /**
   * Canonical: issuer, endpoint, client, way of authentication, scope, audience, resource, extra parameters, thumbprint
   * of a bound key, what is verified, trust and egress proxy. Never a secret: a keyed hash with a random key of this
   * process keeps apart what differs in secrets alone.
   */
  readonly cacheKey: string
  /** Proof a request must carry besides the token (RFC 9449, RFC 8705); absent for a plain bearer. */
  readonly binding?: TokenBinding | undefined
  /**
   * Reads what it needs of files, and asks nobody: for whoever wants to know at the start. That a certificate is valid
   * now is `acquire`'s affair.
   *
   * @throws OrthancOAuthError of the category CONFIGURATION
   */
  check?(): Promise<void>
  /** @throws an OrthancOAuthError that says whether asking again may help; nothing of a secret or an answer's body in it */
  acquire(request: AcquireRequest<C>): Promise<C>
}

export interface AcquireRequest<C extends Expiring = AccessToken> {
  /** The manager's deadline or disposal; never one caller who gave up. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** What the manager holds; a shared store answers only with a newer one. */
  readonly current?: C | undefined
  /** A server refused this one: past every cache of the SDK, please. */
  readonly rejected?: C | undefined
  /** Claims challenge, decoded. */
  readonly claims?: string | undefined
}
