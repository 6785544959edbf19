import { busyIssuer, fails, gives, hangs, refusedClient, type Step } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { managed } from './managed.fixture.ts'

function setUp(...steps: readonly Step[]) {
  const { clock, provider, manager } = managed(steps)
  const start = clock.monotonic()
  const seen: string[] = []
  const note = (what: string) => seen.push(`${what} ${Math.round((clock.monotonic() - start) / 100) / 10}`)
  for (const event of ['token', 'lost', 'failed'] as const) manager.events.on(event, () => note(event))
  return { clock, provider, manager, seen }
}

describe('a started manager', () => {
  test('has the first token when start() resolves', async () => {
    const { clock, manager } = setUp(gives({ delay: 100 }))
    const started = manager.start()
    await clock.advance(100)
    await started
    expect(manager.peek()?.reveal()).toBe('token-1')
    await manager[Symbol.asyncDispose]()
  })

  test('refreshes at the due moment, though nobody asks', async () => {
    const { clock, manager, seen } = setUp(gives({ lifetime: 5_000 }))
    await manager.start()
    await clock.advance(12_000)
    expect(seen).toEqual(['token 0', 'token 3', 'token 6', 'token 9'])
    await manager[Symbol.asyncDispose]()
  })

  test('says at once when the token is lost, and once', async () => {
    const { clock, manager, seen } = setUp(gives({ lifetime: 5_000 }), hangs())
    await manager.start()
    await clock.advance(10_000)
    expect(seen).toEqual(['token 0', 'lost 4'])
    const disposed = manager[Symbol.asyncDispose]()
    await clock.advance(1_000) // what hangs has its second
    await disposed
  })

  test('rejects if the first acquisition fails, and goes on trying', async () => {
    const { clock, manager, provider, seen } = setUp(fails(busyIssuer()), fails(busyIssuer()), gives())
    await expect(manager.start()).rejects.toMatchObject({ code: 'AUTH-003' })
    await clock.advance(3_010)
    expect(seen).toEqual(['failed 0', 'failed 1', 'token 3'])
    expect(provider.requests).toHaveLength(3)
    await manager[Symbol.asyncDispose]()
  })

  test('goes on after a configuration error too, every 60 s', async () => {
    const { clock, manager, seen } = setUp(fails(refusedClient()), fails(refusedClient()), gives())
    await expect(manager.start()).rejects.toMatchObject({ code: 'AUTH-001' })
    await clock.advance(120_010)
    expect(seen).toEqual(['failed 0', 'failed 60', 'token 120'])
    await manager[Symbol.asyncDispose]()
  })

  test('waits for a Retry-After of an hour with a timer, not by polling the issuer', async () => {
    const { clock, manager, provider } = setUp(fails(busyIssuer(3_600_000)), gives())
    await manager.start().catch(() => undefined)
    await clock.advance(3_599_999)
    expect(provider.requests).toHaveLength(1)
    await clock.advance(2)
    expect(provider.requests).toHaveLength(2)
    await manager[Symbol.asyncDispose]()
  })

  test('notices within 30 s that somebody set the wall clock', async () => {
    const { clock, manager, seen } = setUp(gives({ lifetime: 3_600_000 }))
    await manager.start()
    clock.jump(7_200_000)
    await clock.advance(30_001)
    expect(seen).toEqual(['token 0', 'lost 30', 'token 30'])
    await manager[Symbol.asyncDispose]()
  })

  test('has one timer, and none while it does not run', async () => {
    const { clock, manager } = setUp(gives())
    expect(clock.pending).toBe(0)
    await manager.start()
    await manager.start()
    expect(clock.pending).toBe(1)
    await manager[Symbol.asyncDispose]()
    expect(clock.pending).toBe(0)
  })

  test('that a listener disposes of stays disposed', async () => {
    const { clock, manager, provider } = setUp(gives({ lifetime: 5_000 }), fails(busyIssuer(3_600_000)))
    manager.events.on('lost', () => void manager[Symbol.asyncDispose]())
    await manager.start()
    await clock.advance(10_000)
    expect(manager.status.state).toBe('disposed')
    expect(clock.pending).toBe(0)
    expect(provider.requests).toHaveLength(2)
  })
})
