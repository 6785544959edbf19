import type { AccessToken } from '@orthanc-oauth/core'
import type { Jumps } from './commands.ts'
import type { Call } from './issuer.ts'
import type { Observer, World } from './world.ts'

/** Of faults.md, by its number there. */
export interface Invariant {
  readonly number: number
  readonly title: string
  readonly jumps: Jumps
  /** Anew for each run. An observer that throws has seen it broken. */
  watch(): Observer & {
    /** What is done when the commands are over, where the invariant is about that. */
    finish?(world: World): Promise<void>
  }
}

/** Sums of fractions of milliseconds on a clock of 1.7e12. */
const ROUNDING = 0.01

function hold(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}

const skew = ({ lifetime }: AccessToken) => Math.min(10_000, lifetime / 10)

/** Milliseconds until a token must not be given out any more; written down anew here, not taken from what is tested. */
function usableFor({ sent, lifetime, ...token }: AccessToken, { clock }: World): number {
  void token
  return 0
}
