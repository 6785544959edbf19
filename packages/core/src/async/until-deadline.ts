import type { Clock } from '../clock/clock.ts'
import { untilAborted } from './until-aborted.ts'

export interface Deadline {
  readonly clock: Clock
  /** Milliseconds from now. */
  readonly ms: number
  /** What it rejects with when they are over. */
  readonly late: () => Error
}

/** Milliseconds. Node's longest; it never fires in practice, and doing so would do nothing. */
const LONGEST_INTERVAL = 2 ** 31 - 1

/**
 * Settles as `promise` does, or rejects when the deadline has passed or the signal is aborted. Leaves no timer behind.
 *
 * The timers of a Clock keep no process alive, so that work in the background does not; but somebody awaits this, and
 * a process that ended before the answer would end in the middle of its program, without an error.
 */
export function untilDeadline<T>(promise: Promise<T>, { clock, ms, late }: Deadline, signal?: AbortSignal): Promise<T> {
  const alive = setInterval(() => undefined, LONGEST_INTERVAL)
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.setTimer(() => reject(late()), ms)
    untilAborted(promise, signal).then(
      (value) => {
        cancel()
        resolve(value)
      },
      (error: unknown) => {
        cancel()
        reject(error)
      },
    )
  }).finally(() => clearInterval(alive))
}
