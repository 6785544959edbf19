import { getEventListeners } from 'node:events'
import { fakeClock } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { untilAborted } from './until-aborted.ts'
import { untilDeadline } from './until-deadline.ts'

const never = new Promise<never>(() => undefined)

describe('untilAborted', () => {
  test('settles as the promise does, and leaves no listener', async () => {
    const { signal } = new AbortController()
    await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1)
    await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test("an abort wins over a promise that does not look at it, with the signal's reason", async () => {
    const controller = new AbortController()
    const raced = untilAborted(never, controller.signal)
    controller.abort(new Error('enough'))
    await expect(raced).rejects.toThrow('enough')
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  test('a signal that is aborted already rejects', async () => {
    await expect(untilAborted(never, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
  })

  test('what the promise does after the abort is no unhandled rejection', async () => {
    const { promise, reject } = Promise.withResolvers<never>()
    const controller = new AbortController()
    const raced = untilAborted(promise, controller.signal)
    controller.abort(new Error('enough'))
    await expect(raced).rejects.toThrow('enough')
    reject(new Error('late'))
    await new Promise((resolve) => setImmediate(resolve)) // vitest fails the run on an unhandled rejection
  })
})

describe('untilDeadline', () => {
  const late = () => new Error('late')

  test('settles as the promise does, and leaves no timer', async () => {
    const clock = fakeClock()
    await expect(untilDeadline(Promise.resolve(1), { clock, ms: 10, late })).resolves.toBe(1)
    await expect(untilDeadline(Promise.reject(new Error('no')), { clock, ms: 10, late })).rejects.toThrow('no')
    expect(clock.pending).toBe(0)
  })

  test('rejects when the time is over', async () => {
    const clock = fakeClock()
    const waited = untilDeadline(never, { clock, ms: 10, late })
    const outcome = expect(waited).rejects.toThrow('late')
    await clock.advance(10)
    await outcome
  })

  test('an abort ends it, and the timer with it', async () => {
    const clock = fakeClock()
    const controller = new AbortController()
    const waited = untilDeadline(never, { clock, ms: 10, late }, controller.signal)
    controller.abort(new Error('enough'))
    await expect(waited).rejects.toThrow('enough')
    expect(clock.pending).toBe(0)
  })
})
