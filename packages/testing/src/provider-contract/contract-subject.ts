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
  /** At an issuer that does this to each token request, and is otherwise what the provider needs. */
  misbehaving(behaviour: Behaviour): TokenProvider
  /** What must never be seen: every secret of the options, in clear. */
  readonly secrets: readonly string[]
  /** Pairwise different in something that makes the token another one. */
  variants(): readonly TokenProvider[]
  /** Where the suite is told that it rotates. */
  readonly rotation?: SecretRotation
}

/** The secret lies in a file. */
export interface SecretRotation {
  /** At an issuer that is well. */
  readonly provider: TokenProvider
  /** The issuer refuses the old secret from here on. */
  rotateAtIssuer(): Promise<void>
  /** The file holds the new one. */
  rotateInFile(): Promise<void>
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
