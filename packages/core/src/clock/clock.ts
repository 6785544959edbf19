/**
 * A moment by both clocks: wall milliseconds since the epoch, and the milliseconds of a clock that never jumps.
 * Instants of two processes are never compared.
 */
export interface Instant {
  readonly wall: number
  readonly monotonic: number
}

/** Injected everywhere time counts. Milliseconds throughout. */
export interface Clock {
  /** Wall clock, since the epoch. May jump either way. */
  now(): number
  /** Never jumps. Its zero means nothing. */
  monotonic(): number
  /** Runs once after `ms`, never early, whatever the length. Keeps no process alive. Gives back its cancel. */
  setTimer(run: () => void, ms: number): () => void
}

/** Both readings of one clock, now. */
export function instantOf(clock: Clock): Instant {
  return { wall: clock.now(), monotonic: clock.monotonic() }
}
