import { type Clock, systemClock } from '@orthanc-oauth/core'

/** The clocks of this process, which can be put forward. */
export interface MovableClock extends Clock {
  /** @param ms that have gone by, by both clocks. Timers do not notice */
  move(ms: number): void
}

export function movableClock(): MovableClock {
  let moved = 0
  return {
    now: () => systemClock.now() + moved,
    monotonic: () => systemClock.monotonic() + moved,
    setTimer: (run, ms) => systemClock.setTimer(run, ms),
    move(ms) {
      moved += ms
    },
  }
}
