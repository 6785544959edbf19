import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@orthanc-oauth/core'

/** A clock that stands still until it is told to move. Milliseconds throughout. */
export interface FakeClock extends Clock {
  /** Timers that have neither run nor been cancelled: 0 after a clean stop. */
  readonly pending: number
  /**
   * Both clocks move on by `ms`. Each timer that comes due runs at its own moment, in order, and every promise that can
   * settle does so before the next.
   *
   * @throws Error while another advance is under way: two of them at once would tell two times
   */
  advance(ms: number): Promise<void>
  /** Somebody sets the wall clock: the monotonic clock and the timers do not notice. Negative: back. */
  jump(ms: number): void
  /**
   * The machine sleeps: the wall clock moves on, no timer runs before it wakes.
   *
   * Whether `performance.now()` counts the sleep depends on the system: on Linux it stands still and a timer's rest
   * begins again at wake-up; on Windows it runs on, and what has come due meanwhile runs at wake-up.
   */
  suspend(ms: number, monotonic?: 'stops' | 'runs'): Promise<void>
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Some day in November 2023: far from zero, so that forgetting to add it shows. */
const FIRST_WALL = 1_700_000_000_000
/** A process that has been up for a while; fractional, as `performance.now()` is. */
const FIRST_MONOTONIC = 4_321.5

export function fakeClock(): FakeClock {
  let wall = FIRST_WALL
  let monotonic = FIRST_MONOTONIC
  let moving = false
  const timers = new Set<Timer>()

  /** The earliest; of two for one moment the one set first. */
  const nextUntil = (end: number): Timer | undefined => {
    let next: Timer | undefined
    for (const timer of timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer
    return next
  }

  const moveTo = async (end: number): Promise<void> => {
    if (moving) throw new Error('The clock is already moving: await the advance before the next')
    moving = true
    try {
      await settled()
      for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
        const step = Math.max(timer.at - monotonic, 0)
        wall += step
        monotonic += step
        timers.delete(timer)
        timer.run()
        await settled()
      }
      wall += end - monotonic
      monotonic = end
    } finally {
      moving = false
    }
  }

  return {
    now: () => wall,
    monotonic: () => monotonic,
    setTimer(run, ms) {
      const timer = { at: monotonic + ms, run }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    get pending() {
      return timers.size
    },
    advance: (ms) => moveTo(monotonic + ms),
    jump(ms) {
      wall += ms
    },
    async suspend(ms, behaviour = 'stops') {
      wall += ms
      if (behaviour === 'runs') monotonic += ms
      await moveTo(monotonic)
    },
  }
}

/** The event loop turns once: by then every promise that waits for nothing but promises has settled. */
async function settled(): Promise<void> {
  await setImmediate()
}
