import type { Clock } from '../clock/clock.ts'

/** Milliseconds. No timer notices that somebody set the wall clock or that the machine slept: both are looked at this often. */
const LONGEST_UNLOOKED = 30_000

/** Looks, and looks again when the look says so, until stopped. */
export class Upkeep {
  readonly #clock: Clock
  readonly #look: () => number
  /** Absent while stopped. */
  #cancel: (() => void) | undefined

  /** @param look gives the milliseconds until the next */
  constructor(clock: Clock, look: () => number) {
    this.#clock = clock
    this.#look = look
  }

  start(): void {
    this.#cancel ??= () => undefined
    this.lookNow()
  }

  /** What the next look was to come for may have changed. */
  lookNow(): void {
    if (this.#cancel === undefined) return
    this.#cancel()
    this.#arm(this.#look())
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #arm(next: number): void {
    if (this.#cancel === undefined) return // whoever was told of what the look found stopped it
    // A whole millisecond more, because a sum of fractions may end a little before its due moment.
    this.#cancel = this.#clock.setTimer(() => this.lookNow(), Math.floor(Math.min(next, LONGEST_UNLOOKED)) + 1)
  }
}
