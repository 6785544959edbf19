import CircuitBreaker from 'opossum'
import { untilAborted } from '../async/until-aborted.ts'
import { systemClock } from '../clock/system-clock.ts'
import { isRetryable, OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { AcquireRequest, TokenProvider } from '../provider/token-provider.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Expiring } from '../token/expiring.ts'
import { type BreakerPolicy, type BreakerState, checkedBreakerPolicy, defaultBreakerPolicy } from './breaker-policy.ts'

export interface WithBreakerOptions {
  readonly onState?: ((state: BreakerState) => void) | undefined
  /** An acquisition was refused; the issuer heard nothing of it. */
  readonly onReject?: (() => void) | undefined
}

export interface BreakerProvider<C extends Expiring = AccessToken> extends TokenProvider<C>, Disposable {
  readonly state: BreakerState
  /** Closes it: somebody reached the issuer past it. */
  close(): void
}

/**
 * Asks an issuer no more that failed `threshold` times in a row, until one trial after `resetTimeout` succeeds.
 *
 * An issuer that refuses has answered, with an OrthancOAuthError that is not retryable; anything else is a failure: it
 * cannot be reached, is too busy, or its SDK threw what says nothing. An answer is no sign of an issuer that is down,
 * so it ends a row of failures; yet as a trial it does not close the breaker, because it has given no token.
 *
 * Its times are those of Node's own timers, whatever clock the request carries. Dispose of it: it holds a timer.
 *
 * @throws OrthancOAuthError CFG-002 for a policy that makes no sense
 * @returns a provider whose `acquire` throws AUTH-003, retryable, with `retryAfter`, while it refuses
 */
export function withBreaker<C extends Expiring = AccessToken>(
  provider: TokenProvider<C>,
  policy: BreakerPolicy = defaultBreakerPolicy,
  { onState, onReject }: WithBreakerOptions = {},
): BreakerProvider<C> {
  const { threshold, resetTimeout } = checkedBreakerPolicy(policy)
  let consecutive = 0
  let openedAt = 0
  let lastFailure: unknown

  // Raced inside: a trial that never settled would leave the breaker half-open, refusing for ever.
  const action = (request: AcquireRequest<C>): Promise<C> => untilAborted(provider.acquire(request), request.signal)
  const breaker: CircuitBreaker<[AcquireRequest<C>], C> = new CircuitBreaker(action, {
    resetTimeout,
    timeout: false, // the manager's deadline is in the request's signal
    cache: false,
    enableSnapshots: false,
    rollingPercentilesEnabled: false,
    errorThresholdPercentage: 100, // never more than 100 %: only open() below opens it
    errorFilter: (error: unknown) => !breaker.halfOpen && issuerAnswered(error), // filtered counts as a success
  })
  breaker.on('success', () => {
    consecutive = 0
  })
  breaker.on('failure', (error) => {
    lastFailure = error
    consecutive += 1
    if (consecutive >= threshold) breaker.open()
  })
  breaker.on('open', () => {
    openedAt = systemClock.monotonic()
    onState?.('open')
  })
  breaker.on('halfOpen', () => onState?.('half-open'))
  breaker.on('close', () => {
    consecutive = 0
    onState?.('closed')
  })

  const rejection = () =>
    new OrthancOAuthError('AUTH-003', `The issuer of ${provider.name} has failed ${consecutive} times in a row`, {
      cause: lastFailure,
      retryable: true,
      retryAfter: Math.max(openedAt + resetTimeout - systemClock.monotonic(), 0),
    })

  return {
    name: provider.name,
    cacheKey: provider.cacheKey,
    binding: provider.binding,
    acquire: (request) =>
      breaker.fire(request).catch((error: unknown) => {
        switch (opossumCode(error)) {
          case 'EOPENBREAKER':
            onReject?.()
            throw rejection()
          case 'ESHUTDOWN':
            throw new OrthancOAuthError('INT-001', `The breaker of ${provider.name} has been disposed`)
          default:
            throw error
        }
      }),
    get state() {
      if (breaker.opened) return 'open'
      return breaker.halfOpen ? 'half-open' : 'closed'
    },
    close: () => breaker.close(),
    [Symbol.dispose]: () => breaker.shutdown(),
  }
}

function issuerAnswered(error: unknown): boolean {
  return error instanceof OrthancOAuthError && !isRetryable(error)
}

/** Of an error that is opossum's own. */
function opossumCode(error: unknown): unknown {
  return error instanceof Error && CircuitBreaker.isOurError(error) && 'code' in error ? error.code : undefined
}
