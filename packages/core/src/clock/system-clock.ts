import type { Clock } from './clock.ts'

/** Node cuts longer delays to 1 ms (a signed 32-bit count of milliseconds). */
const LONGEST_TIMEOUT = 2 ** 31 - 1

/**
 * The clocks of this process. The globals are read at call time, so that a test may replace them.
 *
 * Node's timers cut fractions and may fire up to 2 ms early, and a suspended machine stretches them: the monotonic
 * clock is asked again in the callback.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(run, ms) {
    const end = performance.now() + ms
    let timeout: NodeJS.Timeout
    const arm = () => {
      const left = Math.min(Math.max(Math.ceil(end - performance.now()), 1), LONGEST_TIMEOUT)
      timeout = setTimeout(() => (performance.now() < end ? arm() : run()), left)
      timeout.unref()
    }
    arm()
    return () => clearTimeout(timeout)
  },
}
