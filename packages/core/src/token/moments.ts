import type { Expiring } from './expiring.ts'

/** Milliseconds after `sent`. */
export interface Moments {
  /** A refresh should be made. */
  readonly due: number
  /** It is given out no more. */
  readonly unusable: number
}

/** Milliseconds. Clocks that differ by seconds, and the way of a request to a server that checks on arrival. */
const LONGEST_SKEW = 10_000
const SKEW_SHARE = 1 / 10
/**
 * Milliseconds. `iat` and `exp` count whole seconds (RFC 7519, section 2), rounded down: for a server without leeway a
 * JWT ends up to one before its lifetime is over.
 */
const LEAST_SKEW = 1_000
/** A token of a few seconds must be usable for most of them. */
const LARGEST_SKEW_SHARE = 1 / 4

/** However large the configured buffer: a token is used for most of its life, or refreshes eat the issuer. */
const LARGEST_WINDOW_SHARE = 1 / 5
/** Milliseconds. However small the configured buffer: a refresh needs the time of a request. */
const LONGEST_LEAST_WINDOW = 10_000
const LEAST_WINDOW_SHARE = 1 / 20
/** A fleet that got its tokens together does not refresh them together. */
const JITTERED_SHARE = 1 / 5
/** Whatever the issuer advises: `refresh_in: 0` would acquire without end. */
const EARLIEST_DUE_SHARE = 1 / 2

/** How long before its end a token is no longer given out, in milliseconds. */
export function skewOf(lifetime: number): number {
  return Math.min(LONGEST_SKEW, lifetime * LARGEST_SKEW_SHARE, Math.max(LEAST_SKEW, lifetime * SKEW_SHARE))
}

/** The least time, in milliseconds, that a refresh is given, and that passes before one that brought nothing is repeated. */
export function leastWindowOf(lifetime: number): number {
  return Math.min(LONGEST_LEAST_WINDOW, lifetime * LEAST_WINDOW_SHARE)
}

/**
 * When a token is due and when it becomes unusable.
 *
 * @param refreshBuffer milliseconds before `unusable` from which a refresh is wanted
 * @param random a draw from [0, 1), one per token
 */
export function momentsOf(
  { lifetime, refreshIn }: Pick<Expiring, 'lifetime' | 'refreshIn'>,
  refreshBuffer: number,
  random: number,
): Moments {
  const unusable = lifetime - skewOf(lifetime)
  const advised = refreshIn === undefined || Number.isNaN(refreshIn) ? 0 : unusable - refreshIn
  const configured = Math.max(Math.min(refreshBuffer, lifetime * LARGEST_WINDOW_SHARE), leastWindowOf(lifetime))
  const window = Math.min(Math.max(configured, advised), unusable - lifetime * EARLIEST_DUE_SHARE)
  return { due: unusable - window * (1 - JITTERED_SHARE * random), unusable }
}
