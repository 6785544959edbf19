import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

/** Timers that fire when told and a monotonic clock that says what it is told: as early or as late as the test wants. */
function fakeGlobals() {
  const timeouts: { run: () => void; ms: number; cleared: boolean; unrefs: number }[] = []
  let now = 1_000.25
  vi.stubGlobal('performance', { now: () => now })
  vi.stubGlobal('setTimeout', (run: () => void, ms: number) => {
    const timeout = { run, ms, cleared: false, unrefs: 0, unref: () => (timeout.unrefs += 1) }
    timeouts.push(timeout)
    return timeout
  })
  vi.stubGlobal('clearTimeout', (timeout: { cleared: boolean }) => {
    timeout.cleared = true
  })
  return {
    timeouts,
    get last() {
      return timeouts[timeouts.length - 1] ?? { run: () => undefined, ms: Number.NaN, cleared: false, unrefs: 0 }
    },
    fire(at: number) {
      now = 1_000.25 + at
      this.last.run()
    },
  }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('systemClock', () => {
  test('reads the globals at call time, so that a test may replace them', () => {
    vi.useFakeTimers({ now: 5_000 })
    try {
      expect(systemClock.now()).toBe(5_000)
      const monotonic = systemClock.monotonic()
      vi.advanceTimersByTime(250)
      expect(systemClock.now()).toBe(5_250)
      expect(systemClock.monotonic() - monotonic).toBe(250)
    } finally {
      vi.useRealTimers()
    }
  })

  test('without fakes: wall milliseconds since the epoch, and a clock that goes forward', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
    const first = systemClock.monotonic()
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first)
  })
})

describe('a timer of the system clock', () => {
  let globals: ReturnType<typeof fakeGlobals>
  beforeEach(() => {
    globals = fakeGlobals()
  })

  test('keeps no process alive', () => {
    systemClock.setTimer(() => undefined, 10)
    expect(globals.last.unrefs).toBe(1)
  })

  test('is rounded up, because Node cuts fractions', () => {
    systemClock.setTimer(() => undefined, 10.2)
    expect(globals.last.ms).toBe(11)
  })

  test.each([0, -5, 0.3])('%d ms is one turn of the event loop, not none', (ms) => {
    const run = vi.fn()
    systemClock.setTimer(run, ms)
    expect(globals.last.ms).toBe(1)
    expect(run).not.toHaveBeenCalled()
    globals.fire(1)
    expect(run).toHaveBeenCalledOnce()
  })

  test('that fires early is armed again for the rest', () => {
    const run = vi.fn()
    systemClock.setTimer(run, 1_000)
    globals.fire(998.5)
    expect(run).not.toHaveBeenCalled()
    expect(globals.last.ms).toBe(2)
    globals.fire(999.999)
    expect(run).not.toHaveBeenCalled()
    globals.fire(1_000)
    expect(run).toHaveBeenCalledOnce()
    expect(globals.timeouts).toHaveLength(3)
  })

  test('CLK-F6: of more than 2^31 ms goes in pieces that Node can count, and is never early', () => {
    const run = vi.fn()
    const longest = 2 ** 31 - 1
    systemClock.setTimer(run, 2 * longest + 5_000)
    expect(globals.last.ms).toBe(longest)
    globals.fire(longest)
    expect(globals.last.ms).toBe(longest)
    globals.fire(2 * longest)
    expect(globals.last.ms).toBe(5_000)
    expect(run).not.toHaveBeenCalled()
    globals.fire(2 * longest + 5_000)
    expect(run).toHaveBeenCalledOnce()
  })

  test.each([2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1])('CLK-F6: %d ms is never cut to 1 ms', (ms) => {
    systemClock.setTimer(() => undefined, ms)
    expect(globals.last.ms).toBe(Math.min(ms, 2 ** 31 - 1))
  })

  test('that is cancelled is cleared, also after it was armed again', () => {
    const cancel = systemClock.setTimer(() => undefined, 1_000)
    globals.fire(500)
    cancel()
    expect(globals.timeouts.map(({ cleared }) => cleared)).toEqual([false, true])
  })
})

test('a real timer runs, and not early', async () => {
  const start = systemClock.monotonic()
  const end = await new Promise<number>((resolve) => {
    // Unref'd: something else has to keep the process alive meanwhile.
    const alive = setInterval(() => undefined, 1_000)
    systemClock.setTimer(() => {
      clearInterval(alive)
      resolve(systemClock.monotonic())
    }, 20.5)
  })
  expect(end - start).toBeGreaterThanOrEqual(20.5)
})
