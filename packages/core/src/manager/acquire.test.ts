import {
  busyIssuer,
  fails,
  fakeClock,
  gives,
  hangs,
  refusedClient,
  type Step,
  scriptedProvider,
} from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { managed } from './managed.fixture.ts'
import type { ManagerOptions } from './manager-options.ts'
import { TokenManager } from './token-manager.ts'

function setUp(steps: readonly Step[], options: ManagerOptions = {}) {
  const { clock, provider, manager } = managed(steps, options)
  /** Its value, or the code of its error, once settled. */
  const outcome = (token: ReturnType<typeof manager.getToken>) => {
    const seen: { now?: string } = {}
    token.then(
      (given) => {
        seen.now = given.reveal()
      },
      (error: { code?: string; message: string }) => {
        seen.now = error.code ?? error.message
      },
    )
    return seen
  }
  return { clock, provider, manager, outcome }
}

describe('getToken', () => {
  test('asks for the first token, then gives it from memory', async () => {
    const { manager, provider, clock } = setUp([gives()])
    const token = await manager.getToken()
    expect(await manager.getToken()).toBe(token)
    expect(manager.peek()).toBe(token)
    expect(provider.requests).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('a thousand callers wait for one acquisition', async () => {
    const { manager, provider, clock } = setUp([gives({ delay: 100 })])
    const tokens = Promise.all(Array.from({ length: 1_000 }, () => manager.getToken()))
    await clock.advance(100)
    expect(new Set(await tokens).size).toBe(1)
    expect(provider.requests).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('a failure rejects everybody who waits with the same error', async () => {
    const { manager, provider, clock } = setUp([fails(busyIssuer(), 100)])
    const settled = Promise.allSettled([manager.getToken(), manager.getToken(), manager.getToken()])
    await clock.advance(100)
    const reasons = (await settled).map((one) => one.status === 'rejected' && one.reason)
    expect(reasons[0]).toMatchObject({ code: 'AUTH-003' })
    expect(new Set(reasons).size).toBe(1)
    expect(provider.requests).toHaveLength(1)
  })

  test('what a provider throws that is not ours becomes an error of ours, with nothing of it', async () => {
    const { manager } = setUp([fails(new Error('canary'))])
    await expect(manager.getToken()).rejects.toMatchObject({
      code: 'INT-001',
      message: expect.not.stringContaining('canary'),
    })
  })

  test('a provider that throws instead of rejecting fails like any other', async () => {
    const throwing = {
      ...scriptedProvider(),
      acquire: () => {
        throw refusedClient()
      },
    }
    const manager = new TokenManager(throwing, { clock: fakeClock() })
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'AUTH-001' })
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'TOK-F15: a token that lives %d ms is refused, and not asked for again at once',
    async (lifetime) => {
      const { manager, provider, clock } = setUp([gives({ lifetime })])
      await expect(manager.getToken()).rejects.toMatchObject({ code: 'TOK-005' })
      await clock.advance(59_000)
      await expect(manager.getToken()).rejects.toMatchObject({ code: 'TOK-005' })
      expect(provider.requests).toHaveLength(1)
    },
  )

  test('a token that is past its end when it arrives is never given out, and is asked for again', async () => {
    const { manager, provider, clock, outcome } = setUp([gives({ lifetime: 2_000, delay: 1_900 }), gives()])
    const token = outcome(manager.getToken())
    await clock.advance(1_900)
    expect(token.now).toBe('TOK-002')
    const next = outcome(manager.getToken())
    await clock.advance(1_001)
    expect(next.now).toBe('token-2')
    expect(provider.requests).toHaveLength(2)
  })

  test('a token out of a cache has lived by its age', async () => {
    const { manager, clock, provider } = setUp([gives({ lifetime: 300_000, age: 200_000 }), hangs()])
    await manager.getToken()
    await clock.advance(89_999)
    expect(manager.peek()).toBeDefined()
    await clock.advance(1)
    expect(manager.peek()).toBeUndefined()
    expect(provider.requests).toHaveLength(2)
  })
})

describe('a caller that gives up', () => {
  test('is rejected with the reason of its signal, and no timer stays', async () => {
    const { manager, clock } = setUp([hangs()])
    const controller = new AbortController()
    const token = manager.getToken({ signal: controller.signal })
    const reason = new Error('client gone')
    controller.abort(reason)
    await expect(token).rejects.toBe(reason)
    expect(clock.pending).toBe(1) // the deadline of the acquisition, which goes on
  })

  test('an aborted caller does not end the flight, nor does the last one', async () => {
    const { manager, provider, clock } = setUp([gives({ delay: 100 })])
    const controller = new AbortController()
    const left = manager.getToken({ signal: controller.signal })
    left.catch(() => undefined)
    const stayed = manager.getToken()
    controller.abort()
    await clock.advance(100)
    expect((await stayed).reveal()).toBe('token-1')

    await clock.advance(290_000)
    provider.script(gives({ delay: 100 }))
    const last = new AbortController()
    manager.getToken({ signal: last.signal }).catch(() => undefined)
    last.abort()
    await clock.advance(100)
    expect(manager.peek()?.reveal()).toBe('token-2')
    expect(provider.requests.every(({ signal }) => !signal.aborted)).toBe(true)
  })

  test('with a signal that is aborted already is rejected even with a valid token', async () => {
    const { manager } = setUp([gives()])
    await manager.getToken()
    await expect(manager.getToken({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  })

  test('while it waits for the next attempt leaves nothing behind', async () => {
    const { manager, provider, clock } = setUp([fails(busyIssuer())])
    await manager.getToken().catch(() => undefined)
    const controller = new AbortController()
    const token = manager.getToken({ signal: controller.signal })
    token.catch(() => undefined)
    await clock.advance(0)
    expect(clock.pending).toBe(2)
    controller.abort()
    await clock.advance(0)
    expect(clock.pending).toBe(0)
    await clock.advance(60_000)
    expect(provider.requests).toHaveLength(1)
  })
})

describe('deadlines', () => {
  test('a caller waits 30 s, not longer', async () => {
    const { manager, clock, outcome } = setUp([hangs()])
    const token = outcome(manager.getToken())
    await clock.advance(29_999)
    expect(token.now).toBeUndefined()
    await clock.advance(1)
    expect(token.now).toBe('NET-001')
  })

  test('who comes later waits its own 30 s', async () => {
    const { manager, clock, outcome } = setUp([gives({ delay: 45_000 })])
    const first = outcome(manager.getToken())
    await clock.advance(20_000)
    const second = outcome(manager.getToken())
    await clock.advance(25_000)
    expect(first.now).toBe('NET-001')
    expect(second.now).toBe('token-1')
  })

  test('an acquisition ends after 60 s though its provider ignores its signal; what follows is a new one', async () => {
    const { manager, provider, clock, outcome } = setUp([hangs(), gives()])
    const early = outcome(manager.getToken())
    await clock.advance(59_999)
    expect(manager.status.failed).toBe(0)
    const late = outcome(manager.getToken())
    await clock.advance(1)
    expect(early.now).toBe('NET-001')
    expect(late.now).toBe('NET-001')
    expect(provider.requests[0]?.signal.aborted).toBe(true)
    const next = outcome(manager.getToken())
    await clock.advance(1_001)
    expect(next.now).toBe('token-2')
  })

  test('the late result of an abandoned acquisition is dropped', async () => {
    const late = Promise.withResolvers<void>()
    const { manager, provider, clock } = setUp([
      async (request, call) => {
        await late.promise
        return gives({ value: 'late', lifetime: 3_600_000 })(request, call)
      },
      gives({ value: 'in-time' }),
    ])
    manager.getToken().catch(() => undefined)
    await clock.advance(61_001)
    expect((await manager.getToken()).reveal()).toBe('in-time')
    late.resolve()
    await clock.advance(0)
    expect(manager.peek()?.reveal()).toBe('in-time')
    expect(provider.requests).toHaveLength(2)
  })

  test('a late caller learns of the last failure, and when to ask again', async () => {
    const { manager, clock } = setUp([fails(busyIssuer(20_000)), hangs()], {
      retry: { attempts: 3, strategy: 'fixed', initialDelay: 0, multiplier: 1, increment: 0, maxDelay: 30_000 },
    })
    const token = manager.getToken()
    token.catch(() => undefined)
    await clock.advance(30_000)
    await expect(token).rejects.toMatchObject({
      code: 'NET-001',
      retryable: true,
      retryAfter: 20_000,
      cause: { code: 'AUTH-003' },
    })
  })
})

test.each([-1, Number.NaN])('a refresh buffer of %d ms is refused', (refreshBuffer) => {
  expect(() => setUp([], { refreshBuffer })).toThrow(expect.objectContaining({ code: 'CFG-002' }))
})
