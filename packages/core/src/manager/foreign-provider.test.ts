import { fails, gives, hangs, type Step } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { AccessToken } from '../token/access-token.ts'
import { managed } from './managed.fixture.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function setUp(...steps: readonly Step[]) {
  return managed(steps)
}

/** How many errors stand behind one another. */
function depth(error: unknown): number {
  return error instanceof Error ? 1 + depth(error.cause) : 0
}

describe('a provider that does what it should not', () => {
  test('hanging for a day makes no longer chain of causes', async () => {
    const { clock, manager } = setUp(hangs())
    manager.start().catch(() => undefined)
    await clock.advance(10 * MINUTE)
    expect(depth(manager.status.lastError)).toBeLessThanOrEqual(3)
    await Promise.all([manager[Symbol.asyncDispose](), clock.advance(1_000)])
  })

  test('hanging after a failure keeps that failure as the cause', async () => {
    const { clock, manager } = setUp(fails(new OrthancOAuthError('NET-002', 'down', { retryable: true })), hangs())
    manager.start().catch(() => undefined)
    await clock.advance(10 * MINUTE)
    expect(manager.status.lastError).toMatchObject({ code: 'NET-001', cause: { code: 'NET-002' } })
    await Promise.all([manager[Symbol.asyncDispose](), clock.advance(1_000)])
  })

  test.each([
    ['monotonic', { wall: 0, monotonic: HOUR }],
    ['monotonic, no number', { wall: 0, monotonic: Number.NaN }],
    ['wall, no number', { wall: Number.NaN, monotonic: 0 }],
  ])('a token that was sent for in the future (%s) is refused, not kept that much longer', async (_, ahead) => {
    const { manager } = setUp(async ({ clock }) => {
      const sent = { wall: clock.now() + ahead.wall, monotonic: clock.monotonic() + ahead.monotonic }
      return new AccessToken({ value: 'early', sent, lifetime: 5_000 })
    })
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'TOK-005' })
    expect(manager.peek()).toBeUndefined()
  })

  test('a refresh_in that is no number makes a started manager neither spin nor forget the refresh', async () => {
    const { clock, manager, provider } = setUp(gives({ lifetime: HOUR, refreshIn: Number.NaN }))
    await manager.start()
    await clock.advance(54 * MINUTE)
    expect(provider.requests).toHaveLength(1)
    await clock.advance(2 * MINUTE)
    expect(provider.requests).toHaveLength(2)
    await manager[Symbol.asyncDispose]()
  })
})

describe('a listener', () => {
  test('is one of as many as servers share the manager, without a warning', async () => {
    const { manager } = setUp(gives())
    const warnings: unknown[] = []
    const keep = (warning: unknown) => warnings.push(warning)
    process.on('warning', keep)
    for (let server = 0; server < 50; server++) manager.events.on('token', () => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', keep)
    expect(warnings).toEqual([])
  })

  test('that looks while a token is replaced causes no further acquisition', async () => {
    const { clock, manager, provider } = setUp(gives({ lifetime: 5_000 }))
    manager.events.on('lost', () => void manager.peek())
    await manager.getToken()
    await clock.advance(6_000)
    await manager.getToken()
    expect(provider.requests).toHaveLength(2)
  })

  test('that disposes while a token is replaced leaves none behind', async () => {
    const { clock, manager } = setUp(gives({ lifetime: 5_000 }), gives({ lifetime: 5_000, delay: 1_000 }))
    await manager.getToken()
    await clock.advance(3_900) // due, still usable: refreshed in the background, and lost meanwhile
    manager.events.on('lost', () => void manager[Symbol.asyncDispose]())
    expect(manager.peek()?.reveal()).toBe('token-1')
    await clock.advance(2_000)
    expect(manager.status.state).toBe('disposed')
    expect(manager.peek()).toBeUndefined()
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'INT-001' })
  })
})
