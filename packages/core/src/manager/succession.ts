import type { Clock } from '../clock/clock.ts'
import type { Expiring } from '../token/expiring.ts'
import { sameCredential } from '../token/same-credential.ts'
import type { Demand } from './flight.ts'
import type { Held } from './held.ts'

/**
 * Whether what arrived takes the place of what is held and still usable.
 *
 * It does where it was not sent before and ends later: else it is an older one, or the same out of some cache. Yet
 * anything takes the place of what a server has just refused, nothing that was refused before comes back, and what was
 * made for a person or for a claims challenge is taken though it ends earlier.
 *
 * @param rejectedLast what a server refused last
 */
export function succeeds<C extends Expiring>(
  arrived: Held<C>,
  held: Held<C>,
  { rejected, claims, person }: Demand<C>,
  rejectedLast: C | undefined,
  clock: Clock,
): boolean {
  const { credential } = arrived
  const same = sameCredential(credential, held.credential)
  if (!same && rejected !== undefined && sameCredential(held.credential, rejected)) return true
  if (!same && rejectedLast !== undefined && sameCredential(credential, rejectedLast)) return false
  if (credential.sent.monotonic < held.credential.sent.monotonic) return false
  if (!same && (claims !== undefined || person === true)) return true
  return arrived.untilUnusable(clock) > held.untilUnusable(clock)
}
