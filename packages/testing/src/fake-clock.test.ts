import { describe, expect, test } from 'vitest'
import { fakeClock } from './fake-clock.ts'

describe('fakeClock', () => {
  test('both clocks advance together', async () => {
    const clock = fakeClock()
    const { wall, monotonic } = { wall: clock.now(), monotonic: clock.monotonic() }
    await clock.advance(1_500)
    expect(clock.now() - wall).toBe(1_500)
    expect(clock.monotonic() - monotonic).toBe(1_500)
  })

  test('timers run in order, each at its own moment, and promises settle between', async () => {
    const clock = fakeClock()
    const start = clock.monotonic()
    const seen: string[] = []
    const note = (what: string) => seen.push(`${what} at ${clock.monotonic() - start}`)
    clock.setTimer(() => note('late'), 200)
    clock.setTimer(() => {
      note('early')
      void Promise.resolve()
        .then(() => undefined)
        .then(() => {
          note('promise')
          clock.setTimer(() => note('nested'), 50)
        })
    }, 100)
    await clock.advance(300)
    expect(seen).toEqual(['early at 100', 'promise at 100', 'nested at 150', 'late at 200'])
    expect(clock.monotonic() - start).toBe(300)
  })

  test('two timers for one moment run in the order they were set', async () => {
    const clock = fakeClock()
    const seen: number[] = []
    for (const n of [1, 2, 3]) clock.setTimer(() => seen.push(n), 10)
    await clock.advance(10)
    expect(seen).toEqual([1, 2, 3])
  })

  test('a timer never runs early, and not again', async () => {
    const clock = fakeClock()
    let runs = 0
    clock.setTimer(() => runs++, 10)
    await clock.advance(9.999)
    expect(runs).toBe(0)
    await clock.advance(0.001)
    await clock.advance(1_000)
    expect(runs).toBe(1)
  })

  test('a cancelled timer does not run and is not pending', async () => {
    const clock = fakeClock()
    let runs = 0
    const cancel = clock.setTimer(() => runs++, 10)
    clock.setTimer(() => runs++, 20)
    expect(clock.pending).toBe(2)
    cancel()
    expect(clock.pending).toBe(1)
    await clock.advance(20)
    expect(runs).toBe(1)
    expect(clock.pending).toBe(0)
  })

  test('a timer of more than 2^31 ms waits for its moment', async () => {
    const clock = fakeClock()
    let runs = 0
    clock.setTimer(() => runs++, 2 ** 31 + 1_000)
    await clock.advance(2 ** 31 + 999)
    expect(runs).toBe(0)
    await clock.advance(1)
    expect(runs).toBe(1)
  })

  test('a wall jump moves neither the monotonic clock nor a timer', async () => {
    const clock = fakeClock()
    const { wall, monotonic } = { wall: clock.now(), monotonic: clock.monotonic() }
    let runs = 0
    clock.setTimer(() => runs++, 1_000)
    clock.jump(7_200_000)
    await clock.advance(0)
    expect(clock.now() - wall).toBe(7_200_000)
    expect(clock.monotonic()).toBe(monotonic)
    expect(runs).toBe(0)
    clock.jump(-7_200_000)
    await clock.advance(1_000)
    expect(clock.now() - wall).toBe(1_000)
    expect(runs).toBe(1)
  })

  test('a sleep that the monotonic clock does not count leaves a timer its rest', async () => {
    const clock = fakeClock()
    const monotonic = clock.monotonic()
    let runs = 0
    clock.setTimer(() => runs++, 30_000)
    await clock.suspend(28_800_000)
    expect(clock.monotonic()).toBe(monotonic)
    expect(runs).toBe(0)
    await clock.advance(30_000)
    expect(runs).toBe(1)
  })

  test('a sleep that the monotonic clock counts runs what came due at wake-up, once', async () => {
    const clock = fakeClock()
    const { wall, monotonic } = { wall: clock.now(), monotonic: clock.monotonic() }
    const at: number[] = []
    clock.setTimer(() => at.push(clock.now() - wall), 30_000)
    await clock.suspend(28_800_000, 'runs')
    expect(clock.monotonic() - monotonic).toBe(28_800_000)
    expect(at).toEqual([28_800_000])
  })

  test('a second advance beside the first is refused', async () => {
    const clock = fakeClock()
    const first = clock.advance(10)
    await expect(clock.advance(10)).rejects.toThrow('already moving')
    await first
  })
})
