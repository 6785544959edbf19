import { busyIssuer, fails, gives, hangs, refusedClient, type Step } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { managed } from './managed.fixture.ts'

function setUp(...steps: readonly Step[]) {
  return managed(steps)
}

describe('refresh()', () => {
  test('brings another token, though the one in hand is fresh', async () => {
    const { manager, provider } = setUp(gives())
    await manager.getToken()
    const second = await manager.refresh()
    expect(second.reveal()).toBe('token-2')
    expect(manager.peek()).toBe(second)
    expect(provider.requests[1]?.rejected).toBeUndefined()
  })

  test('takes what was issued later, though it ends earlier: roles may have changed', async () => {
    const { manager, clock } = setUp(gives({ lifetime: 3_600_000 }), gives({ lifetime: 60_000 }))
    await manager.getToken()
    await clock.advance(1)
    await manager.refresh()
    expect(manager.peek()?.reveal()).toBe('token-2')
  })

  test('the same token again is no error, and stays', async () => {
    const { manager } = setUp(gives({ value: 'same' }))
    const first = await manager.getToken()
    expect(await manager.refresh()).toBe(first)
  })

  test.each([
    { pause: 'a Retry-After', error: busyIssuer(3_600_000) },
    { pause: 'the 60 s after invalid_client', error: refusedClient() },
  ])('asks within $pause', async ({ error }) => {
    const { manager, provider } = setUp(fails(error), gives())
    await manager.getToken().catch(() => undefined)
    expect((await manager.refresh()).reveal()).toBe('token-2')
    expect(provider.requests).toHaveLength(2)
    expect(manager.status).toMatchObject({ state: 'fresh' })
    expect(manager.status).not.toHaveProperty('retryIn')
  })

  test('joins an acquisition under way', async () => {
    const { manager, provider, clock } = setUp(gives({ delay: 100 }))
    const both = Promise.all([manager.getToken(), manager.refresh()])
    await clock.advance(100)
    const [one, other] = await both
    expect(one).toBe(other)
    expect(provider.requests).toHaveLength(1)
  })

  test('a failure is told to the person; what is in hand stays in use', async () => {
    const { manager } = setUp(gives(), fails(refusedClient()))
    const first = await manager.getToken()
    await expect(manager.refresh()).rejects.toMatchObject({ code: 'AUTH-001' })
    expect(manager.peek()).toBe(first)
  })

  test('a person waits 30 s, or until its signal', async () => {
    const { manager, clock } = setUp(hangs())
    const late = expect(manager.refresh()).rejects.toMatchObject({ code: 'NET-001' })
    const controller = new AbortController()
    const gone = expect(manager.refresh({ signal: controller.signal })).rejects.toThrow('gone')
    controller.abort(new Error('gone'))
    await gone
    await clock.advance(30_000)
    await late
    await expect(manager.refresh({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  })
})
