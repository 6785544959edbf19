import { sleep } from '../clock/sleep.ts'
import type { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { Expiring } from '../token/expiring.ts'
import { sameCredential } from '../token/same-credential.ts'
import type { Demand } from './flight.ts'
import type { Held } from './held.ts'
import type { Refresher } from './refresher.ts'

/**
 * What answers a demand, however many acquisitions that takes: one under way that does not serve it is waited for, and
 * within a pause the one attempt that follows.
 *
 * @param deadline monotonic: nothing that begins later is waited for
 * @param refusedAgain made where the issuer gives again what was refused
 * @throws the error of the acquisition; of the last one, within a pause that is not worth waiting for
 */
export async function obtain<C extends Expiring>(
  refresher: Refresher<C>,
  demand: Demand<C>,
  deadline: number,
  signal: AbortSignal,
  refusedAgain: () => OrthancOAuthError,
): Promise<C> {
  let waited = false
  for (;;) {
    signal.throwIfAborted()
    const held = refresher.usable()
    if (held !== undefined && answers(held, demand)) return held.credential
    const { pause, clock } = refresher
    if (refresher.flight === undefined && pause.left > 0) {
      const { error } = pause
      if (waited || error?.retryable !== true || clock.monotonic() + pause.left >= deadline) throw error
      // A whole millisecond more, because a sum of fractions may end a little before its due moment.
      await sleep(clock, Math.floor(pause.left) + 1, signal)
      waited = true
      continue
    }
    const flight = refresher.flight ?? refresher.begin(demand)
    const credential = await flight.result
    if (!flight.serves(demand)) continue
    if (demand.rejected !== undefined && sameCredential(credential, demand.rejected)) throw refusedAgain()
    return credential
  }
}

/** Whether what is held will do: not the refused one, and made for the claims. */
export function answers<C extends Expiring>({ credential, claims }: Held<C>, demand: Demand<C>): boolean {
  if (demand.claims !== undefined && demand.claims !== claims) return false
  return demand.rejected === undefined || !sameCredential(credential, demand.rejected)
}
