import type { Clock } from '../clock/clock.ts'
import { untilAborted } from './until-aborted.ts'

export interface Deadline {
  readonly clock: Clock
  /** Milliseconds from now. */
  readonly ms: number
  /** What it rejects with when they are over. */
  readonly late: () => Error
}

/** Settles as `promise` does, or rejects when the deadline has passed or the signal is aborted. Leaves no timer behind. */
export function untilDeadline<T>(promise: Promise<T>, { clock, ms, late }: Deadline, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
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
  })
}
