import { busyIssuer, fails, gives, refusedClient, type Step } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { AccessToken } from '../token/access-token.ts'
import { managed } from './managed.fixture.ts'

async function setUp(...steps: readonly Step[]) {
  const { clock, provider, manager } = managed(steps)
  const first = await manager.getToken()
  return { clock, provider, manager, first }
}

describe('getToken({ after })', () => {
  test('TOK-F17: asks for another token, past every cache, and then everybody has it', async () => {
    const { provider, manager, first } = await setUp(gives())
    const second = await manager.getToken({ after: first })
    expect(second.reveal()).toBe('token-2')
    expect(provider.requests[1]).toMatchObject({ rejected: first, current: first })
    expect(await manager.getToken()).toBe(second)
    expect(manager.peek()).toBe(second)
  })

  test('TOK-F17: is taken though it ends before the refused one', async () => {
    const { manager, first } = await setUp(gives({ lifetime: 3_600_000 }), gives({ lifetime: 60_000 }))
    const second = await manager.getToken({ after: first })
    expect(manager.peek()).toBe(second)
  })

  test('TOK-F17: only the caller that passes it waits; the others go on with the refused token', async () => {
    const { clock, manager, first } = await setUp(gives(), gives({ delay: 100 }))
    const second = manager.getToken({ after: first })
    expect(manager.peek()).toBe(first)
    expect(await manager.getToken()).toBe(first)
    await clock.advance(100)
    expect(manager.peek()).toBe(await second)
  })

  test('TOK-F17: a thousand refusals of one token are one acquisition', async () => {
    const { clock, provider, manager, first } = await setUp(gives(), gives({ delay: 100 }))
    const copy = () => new AccessToken({ value: first.reveal(), sent: first.sent, lifetime: first.lifetime })
    const tokens = Promise.all(Array.from({ length: 1_000 }, () => manager.getToken({ after: copy() })))
    await clock.advance(100)
    expect(new Set((await tokens).map((token) => token.reveal()))).toEqual(new Set(['token-2']))
    expect(provider.requests).toHaveLength(2)
  })

  test('TOK-F17: where another is in hand already it is given, without a call', async () => {
    const { provider, manager, first } = await setUp(gives())
    const second = await manager.getToken({ after: first })
    expect(await manager.getToken({ after: first })).toBe(second)
    expect(provider.requests).toHaveLength(2)
  })

  test('TOK-F22: the same token again, by value: it stays in use, the caller that asked gets the error', async () => {
    const { manager, first } = await setUp(gives({ value: 'same' }))
    await expect(manager.getToken({ after: first })).rejects.toMatchObject({ code: 'TOK-006', retryable: false })
    expect(manager.peek()?.reveal()).toBe('same')
    expect((await manager.getToken()).reveal()).toBe('same')
    expect(manager.status).toMatchObject({ state: 'fresh', failed: 0 })
  })

  test.each([
    { error: busyIssuer(), code: 'AUTH-003' },
    { error: refusedClient(), code: 'AUTH-001' },
  ])(
    'TOK-F22: where the acquisition fails ($code) the refused token stays in use until its end',
    async ({ error, code }) => {
      const { clock, manager, first } = await setUp(gives(), fails(error))
      await expect(manager.getToken({ after: first })).rejects.toMatchObject({ code })
      await clock.advance(289_999)
      expect(manager.peek()).toBe(first)
      expect(await manager.getToken()).toBe(first)
      await clock.advance(1)
      expect(manager.peek()).toBeUndefined()
    },
  )

  test('asks not sooner than Retry-After', async () => {
    const { clock, provider, manager, first } = await setUp(gives(), fails(busyIssuer(20_000)), gives())
    await manager.getToken({ after: first }).catch(() => undefined)
    const another = manager.getToken({ after: first })
    await clock.advance(19_999)
    expect(provider.requests).toHaveLength(2)
    await clock.advance(2)
    expect((await another).reveal()).toBe('token-3')
    expect(provider.requests[2]?.rejected).toBe(first)
  })

  test('a refresh under way serves, unless it brings the refused token', async () => {
    const { clock, provider, manager, first } = await setUp(gives(), gives({ delay: 1_000 }))
    await clock.advance(230_000)
    manager.peek()
    const another = manager.getToken({ after: first })
    await clock.advance(1_000)
    expect((await another).reveal()).toBe('token-2')
    expect(provider.requests).toHaveLength(2)
    expect(provider.requests[1]?.rejected).toBeUndefined()
  })

  test('a refresh under way that brings the refused token is followed by one more, never two at once', async () => {
    const { clock, provider, manager, first } = await setUp(
      gives({ value: 'a' }),
      gives({ value: 'a', delay: 1_000 }),
      gives({ value: 'b', delay: 1_000 }),
    )
    await clock.advance(230_000)
    manager.peek()
    const others = Promise.all([manager.getToken({ after: first }), manager.getToken({ after: first })])
    await clock.advance(999)
    expect(provider.requests).toHaveLength(2)
    await clock.advance(1)
    expect(provider.requests).toHaveLength(3)
    expect(provider.requests[2]?.rejected?.reveal()).toBe('a')
    await clock.advance(1_000)
    expect((await others).map((token) => token.reveal())).toEqual(['b', 'b'])
    expect(provider.requests).toHaveLength(3)
  })

  test('a refresh under way that fails is the answer', async () => {
    const { clock, provider, manager, first } = await setUp(gives(), fails(busyIssuer(), 1_000))
    await clock.advance(230_000)
    manager.peek()
    const outcome = expect(manager.getToken({ after: first })).rejects.toMatchObject({ code: 'AUTH-003' })
    await clock.advance(1_000)
    await outcome
    expect(provider.requests).toHaveLength(2)
    expect(await manager.getToken()).toBe(first)
  })

  test('a caller that gives up leaves no acquisition to be made for it', async () => {
    const { clock, provider, manager, first } = await setUp(gives({ value: 'a' }), gives({ value: 'a', delay: 1_000 }))
    await clock.advance(230_000)
    manager.peek()
    const controller = new AbortController()
    const outcome = expect(manager.getToken({ after: first, signal: controller.signal })).rejects.toThrow('gone')
    controller.abort(new Error('gone'))
    await outcome
    await clock.advance(1_000)
    expect(provider.requests).toHaveLength(2)
  })

  test('the refused token does not come back though it would end later', async () => {
    const { manager, first } = await setUp(
      gives({ value: 'a' }),
      gives({ value: 'b', lifetime: 60_000 }),
      gives({ value: 'a' }),
    )
    await manager.getToken({ after: first })
    await manager.refresh()
    expect(manager.peek()?.reveal()).toBe('b')
  })

  test('nor does one that was refused when another was in hand already', async () => {
    const { clock, manager, first } = await setUp(gives({ value: 'a' }), gives({ value: 'b' }), gives({ value: 'a' }))
    await clock.advance(230_000)
    manager.peek()
    await clock.advance(0)
    expect((await manager.getToken({ after: first })).reveal()).toBe('b')
    await clock.advance(235_000)
    manager.peek()
    await clock.advance(0)
    expect(manager.peek()?.reveal()).toBe('b')
  })

  test('an older token does not take the place of the newer one that replaced a refused one', async () => {
    const { clock, manager, first } = await setUp(
      gives({ value: 'a' }),
      gives({ value: 'b' }),
      gives({ value: 'a', age: 1_000 }),
    )
    await manager.getToken({ after: first })
    await manager.refresh()
    await clock.advance(0)
    expect(manager.peek()?.reveal()).toBe('b')
  })
})

describe('getToken({ claims })', () => {
  test('TOK-F18: the cache is bypassed once; what was made for the claims then serves', async () => {
    const { provider, manager, first } = await setUp(gives({ lifetime: 3_600_000 }), gives({ lifetime: 60_000 }))
    const claims = '{"access_token":{"acrs":{"essential":true}}}'
    const second = await manager.getToken({ after: first, claims })
    expect(provider.requests[1]).toMatchObject({ rejected: first, claims })
    expect(await manager.getToken({ after: first, claims })).toBe(second)
    expect(await manager.getToken({ claims })).toBe(second)
    expect(await manager.getToken()).toBe(second)
    expect(provider.requests).toHaveLength(2)
  })

  test('a refresh under way without the claims is followed by one with them', async () => {
    const { clock, provider, manager, first } = await setUp(gives(), gives({ delay: 1_000 }))
    await clock.advance(230_000)
    manager.peek()
    const token = manager.getToken({ after: first, claims: '{}' })
    await clock.advance(2_000)
    expect((await token).reveal()).toBe('token-3')
    expect(provider.requests.map(({ claims }) => claims)).toEqual([undefined, undefined, '{}'])
  })
})
