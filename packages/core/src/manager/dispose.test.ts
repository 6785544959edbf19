import { busyIssuer, fails, gives, hangs, type Step } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { managed } from './managed.fixture.ts'

function setUp(...steps: readonly Step[]) {
  return managed(steps)
}

const DISPOSED = { code: 'INT-001', message: 'The token manager of scripted has been disposed', retryable: false }

describe('disposing of a manager', () => {
  test('everybody who waits is rejected, start() too', async () => {
    const { clock, manager } = setUp(hangs())
    const waiting = [manager.start(), manager.getToken(), manager.refresh()]
    const outcome = Promise.all(waiting.map((one) => expect(one).rejects.toMatchObject(DISPOSED)))
    const disposed = manager[Symbol.asyncDispose]()
    await outcome
    await clock.advance(1_000)
    await disposed
    expect(clock.pending).toBe(0)
  })

  test('so is who waits for the attempt after a failure, and for another token than a refused one', async () => {
    const { clock, manager, provider } = setUp(gives(), fails(busyIssuer()))
    const first = await manager.getToken()
    await manager.getToken({ after: first }).catch(() => undefined)
    const waiting = expect(manager.getToken({ after: first })).rejects.toMatchObject(DISPOSED)
    await clock.advance(0)
    await manager[Symbol.asyncDispose]()
    await waiting
    await clock.advance(60_000)
    expect(clock.pending).toBe(0)
    expect(provider.requests).toHaveLength(2)
  })

  test('every later call rejects, peek is undefined, nothing is acquired', async () => {
    const { clock, manager, provider } = setUp(gives())
    const first = await manager.getToken()
    await manager[Symbol.asyncDispose]()
    expect(manager.peek()).toBeUndefined()
    await expect(manager.getToken()).rejects.toMatchObject(DISPOSED)
    await expect(manager.getToken({ after: first })).rejects.toMatchObject(DISPOSED)
    await expect(manager.refresh()).rejects.toMatchObject(DISPOSED)
    await expect(manager.start()).rejects.toMatchObject(DISPOSED)
    expect(manager.status).toMatchObject({ state: 'disposed' })
    expect(provider.requests).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test('the acquisition under way is aborted, and awaited: a lease is given back there', async () => {
    let givenBack = false
    const { clock, manager, provider } = setUp(async ({ signal, clock }) => {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))).catch(
        () => undefined,
      )
      await new Promise<void>((resolve) => clock.setTimer(resolve, 500))
      givenBack = true
      throw signal.reason
    })
    const waiting = expect(manager.getToken()).rejects.toMatchObject(DISPOSED)
    let done = false
    const disposed = manager[Symbol.asyncDispose]().then(() => {
      done = true
    })
    await waiting
    expect(provider.requests[0]?.signal.reason).toMatchObject(DISPOSED)
    await clock.advance(499)
    expect({ givenBack, done }).toEqual({ givenBack: false, done: false })
    await clock.advance(1)
    await disposed
    expect({ givenBack, done }).toEqual({ givenBack: true, done: true })
  })

  test('what ignores its signal is awaited for a second', async () => {
    const { clock, manager } = setUp(hangs())
    manager.peek()
    let done = false
    const disposed = manager[Symbol.asyncDispose]().then(() => {
      done = true
    })
    await clock.advance(999)
    expect(done).toBe(false)
    await clock.advance(1)
    await disposed
    expect(clock.pending).toBe(0)
  })

  test('a result that comes after it is dropped, and no failure is told', async () => {
    const { clock, manager } = setUp(gives({ delay: 100 }))
    const told: string[] = []
    for (const event of ['token', 'failed', 'lost'] as const) manager.events.on(event, () => told.push(event))
    manager.peek()
    const disposed = manager[Symbol.asyncDispose]()
    await clock.advance(1_000)
    await disposed
    expect(manager.peek()).toBeUndefined()
    expect(told).toEqual([])
  })

  test('whenever it comes, also between an answer and what is made of it, no token comes after it', async () => {
    for (let turns = 0; turns < 20; turns++) {
      const { manager } = setUp(gives())
      const told: string[] = []
      const outcome = manager.getToken().then(
        () => 'given',
        () => 'rejected',
      )
      for (let turn = 0; turn < turns; turn++) await undefined
      const before = manager.status.succeeded
      manager.events.on('token', () => told.push('token'))
      await manager[Symbol.asyncDispose]()
      expect(manager.peek()).toBeUndefined()
      expect(told).toEqual([])
      expect(await outcome).toBe(before === 1 ? 'given' : 'rejected')
    }
  })

  test('twice is once', async () => {
    const { manager } = setUp(gives())
    expect(manager[Symbol.asyncDispose]()).toBe(manager[Symbol.asyncDispose]())
    await manager[Symbol.asyncDispose]()
  })
})
