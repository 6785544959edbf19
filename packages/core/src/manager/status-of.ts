import type { Expiring } from '../token/expiring.ts'
import type { Refresher } from './refresher.ts'
import type { TokenStatus } from './token-status.ts'

export function statusOf<C extends Expiring>(
  refresher: Refresher<C>,
  calls: { readonly hits: number; readonly misses: number },
  disposed: boolean,
): TokenStatus {
  const { held, pause, clock, counts, breakerState } = refresher
  const { error, left } = pause
  return {
    state: disposed ? 'disposed' : stateOf(refresher),
    ...(held && {
      expiresAt: held.credential.sent.wall + held.credential.lifetime,
      lifetime: held.credential.lifetime,
    }),
    ...(left > 0 && { retryIn: left }),
    ...(error && { lastError: error }),
    breaker: breakerState,
    ...calls,
    ...counts,
  }

  function stateOf({ held }: Refresher<C>): TokenStatus['state'] {
    if (held === undefined) return 'empty'
    if (!(held.untilUnusable(clock) > 0)) return 'expired'
    return held.untilDue(clock) > 0 ? 'fresh' : 'due'
  }
}
