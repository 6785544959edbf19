import { fakeClock } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { sleep } from './sleep.ts'

describe('sleep', () => {
  test('resolves after its time by the clock', async () => {
    const clock = fakeClock()
    let awake = false
    void sleep(clock, 100, new AbortController().signal).then(() => {
      awake = true
    })
    await clock.advance(99)
    expect(awake).toBe(false)
    await clock.advance(1)
    expect(awake).toBe(true)
  })

  test("an abort ends it with the signal's reason, and no timer stays", async () => {
    const clock = fakeClock()
    const controller = new AbortController()
    const asleep = sleep(clock, 100, controller.signal)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(asleep).rejects.toBe(reason)
    expect(clock.pending).toBe(0)
  })

  test('a signal that is aborted already sets no timer', async () => {
    const clock = fakeClock()
    await expect(sleep(clock, 100, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
    expect(clock.pending).toBe(0)
  })
})
