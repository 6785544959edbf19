import type { ErrorCode, TokenProvider } from '@orthanc-oauth/core'
import type { Answer } from '../fault-server/behaviours/wire-answer.ts'
import type { Behaviour } from '../fault-server/exchange.ts'

/** One provider, and the issuers that it meets in the suite. */
export interface ContractSubject extends AsyncDisposable {
  /** At an issuer that is well. Equal options each time. */
  provider(): TokenProvider
  /** Every token that this issuer has given, in order. */
  issued(): readonly string[]
  /** Milliseconds that these tokens live. */
  readonly lifetime: number
  /** Default Bearer. */
  readonly tokenType?: 'Bearer' | 'DPoP'
  /** What its issuer answers where it gives this token. Default: a token response (RFC 6749, section 5.1). */
  answerOf?(token: string): object
  /** At an issuer that does this to each token request, and is otherwise what the provider needs. */
  misbehaving(behaviour: Behaviour): TokenProvider
  /** What must never be seen: every secret of the options, in clear. */
  readonly secrets: readonly string[]
  /** Pairwise different in something that makes the token another one. */
  variants(): readonly TokenProvider[]
  /** One for each name in `rotations` of the suite. */
  readonly rotations?: Readonly<Record<string, Rotation>>
  /**
   * The provider at an issuer that is well, and whose clock is off by so many milliseconds. Where the suite is told that
   * there is such an issuer.
   */
  atIssuerWithClock?(offset: number): Promise<ShiftedSubject>
}

/** What the provider shows the issuer lies in a file: a secret, a key, a certificate, an assertion. */
export interface Rotation {
  /** At an issuer that is well. */
  readonly provider: TokenProvider
  /** The issuer refuses the old one from here on. */
  rotateAtIssuer(): Promise<void>
  /** The file holds the new one. */
  rotateInFile(): Promise<void>
}

export interface ShiftedSubject extends AsyncDisposable {
  readonly provider: TokenProvider
  /** Milliseconds that its tokens live. */
  readonly lifetime: number
}

/** An answer of the issuer's and what is to become of it. */
export interface ExpectedFailure {
  readonly title: string
  readonly answer: Answer
  readonly code: ErrorCode
  readonly retryable: boolean
  /** Milliseconds. */
  readonly retryAfter?: number
}
