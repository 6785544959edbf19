import { busyIssuer, fails, gives, hangs, refusedClient } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { managed } from './managed.fixture.ts'

describe('after a failure', () => {
  test('TOK-F12: acquisitions are 1, 2, 4 … at most 30 s apart while callers come all the time', async () => {
    const { clock, provider, manager } = managed([fails(busyIssuer())])
    const start = clock.monotonic()
    const asked: number[] = []
    for (let t = 0; t < 120_000; t += 500) {
      const before = provider.requests.length
      manager.peek()
      if (provider.requests.length > before) asked.push(clock.monotonic() - start)
      await clock.advance(500)
    }
    expect(asked).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000])
  })

  test('TOK-F12: the backoff is drawn from its upper half', async () => {
    const { clock, manager, failure } = managed([fails(busyIssuer())], { random: () => 0.5 })
    await failure()
    expect(manager.status.retryIn).toBe(750)
    await clock.advance(750)
    await failure()
    expect(manager.status.retryIn).toBe(1_500)
  })

  test('TOK-F12: a success ends the backoff', async () => {
    const { clock, provider, manager, failure } = managed([fails(busyIssuer())])
    await failure()
    await clock.advance(1_000)
    await failure()
    provider.script(gives())
    await clock.advance(2_000)
    await manager.getToken()
    await clock.advance(290_000)
    provider.script(fails(busyIssuer()))
    await failure()
    expect(manager.status.retryIn).toBe(1_000)
  })

  test('a caller waits for the attempt that follows, and has its token', async () => {
    const { clock, provider, manager, failure } = managed([fails(busyIssuer()), gives()])
    await failure()
    const tokens = Promise.all([manager.getToken(), manager.getToken()])
    await clock.advance(999)
    expect(provider.requests).toHaveLength(1)
    await clock.advance(2)
    expect((await tokens).map((token) => token.reveal())).toEqual(['token-2', 'token-2'])
  })

  test('a caller waits for one attempt, not for two', async () => {
    const { clock, provider, manager, failure } = managed([fails(busyIssuer())])
    await failure()
    const token = manager.getToken()
    const outcome = expect(token).rejects.toMatchObject({ code: 'AUTH-003', retryAfter: 2_000 })
    await clock.advance(1_001)
    await outcome
    expect(provider.requests).toHaveLength(2)
    expect(clock.pending).toBe(0)
  })

  test('within a pause that a person makes longer, a caller is not kept waiting for another attempt', async () => {
    const { clock, provider, manager, failure } = managed([fails(busyIssuer())])
    await failure()
    const token = manager.getToken()
    const outcome = expect(token).rejects.toMatchObject({ code: 'AUTH-003' })
    await clock.advance(500)
    await manager.refresh().catch(() => undefined)
    await clock.advance(501)
    await outcome
    expect(provider.requests).toHaveLength(2)
  })
})

describe('Retry-After', () => {
  test('TOK-F10: no call sooner, whoever asks', async () => {
    const { clock, provider, manager, failure } = managed([fails(busyIssuer(120_000)), gives()])
    await failure()
    for (let t = 0; t < 119; t++) {
      await clock.advance(1_000)
      manager.peek()
      void failure()
    }
    expect(provider.requests).toHaveLength(1)
    await clock.advance(1_000)
    expect((await manager.getToken()).reveal()).toBe('token-2')
  })

  test('TOK-F10: a valid token is still served', async () => {
    const { clock, provider, manager } = managed([gives(), fails(busyIssuer(3_600_000))])
    const token = await manager.getToken()
    await clock.advance(240_000)
    expect(manager.peek()).toBe(token)
    await clock.advance(49_999)
    expect(manager.peek()).toBe(token)
    expect(await manager.getToken()).toBe(token)
    expect(provider.requests).toHaveLength(2)
  })

  test('TOK-F10: one that comes before the deadline of a caller is waited for', async () => {
    const { clock, manager, failure } = managed([fails(busyIssuer(29_000)), gives()])
    await failure()
    const token = manager.getToken()
    await clock.advance(29_001)
    expect((await token).reveal()).toBe('token-2')
  })

  test('TOK-F10: beyond it, the caller is told at once, with what is left', async () => {
    const { clock, failure } = managed([fails(busyIssuer(45_000))])
    await failure()
    await clock.advance(10_000)
    expect(await failure()).toMatchObject({ code: 'AUTH-003', retryAfter: 35_000 })
    await clock.advance(0)
    expect(clock.pending).toBe(0)
  })

  test('TOK-F11: years are an hour, whatever a provider says', async () => {
    const { manager, failure } = managed([fails(busyIssuer(Number.POSITIVE_INFINITY))])
    await failure()
    expect(manager.status.retryIn).toBe(3_600_000)
  })

  test('a person who asks within it, and fails, does not make it shorter', async () => {
    const { clock, provider, manager, failure } = managed([fails(busyIssuer(120_000)), fails(busyIssuer()), gives()])
    await failure()
    await clock.advance(60_000)
    await expect(manager.refresh()).rejects.toMatchObject({ code: 'AUTH-003', retryAfter: 60_000 })
    await clock.advance(59_999)
    manager.peek()
    expect(provider.requests).toHaveLength(2)
    await clock.advance(1)
    manager.peek()
    expect(provider.requests).toHaveLength(3)
  })

  test('a short one does not undercut the backoff', async () => {
    const { manager, failure } = managed([fails(busyIssuer(1))])
    await failure()
    expect(manager.status.retryIn).toBe(1_000)
  })
})

describe('a refusal of the issuer', () => {
  test('TOK-F08: the next caller within 60 s gets the same answer, without a call', async () => {
    const { clock, provider, manager, failure } = managed([fails(refusedClient()), gives()], {
      retry: { attempts: 9, strategy: 'fixed', initialDelay: 1, multiplier: 1, increment: 1, maxDelay: 1 },
    })
    expect(await failure()).toMatchObject({ code: 'AUTH-001', retryAfter: 60_000 })
    await clock.advance(59_999)
    manager.peek()
    expect(await failure()).toMatchObject({ code: 'AUTH-001', retryAfter: 1 })
    expect(provider.requests).toHaveLength(1)
    await clock.advance(1)
    expect((await manager.getToken()).reveal()).toBe('token-2')
  })

  test('CFG-F4: with a rotated secret that is wrong the valid token is kept, and an alert is raised', async () => {
    const { clock, provider, manager } = managed([gives(), fails(refusedClient())])
    const alerts: string[] = []
    manager.events.on('failed', ({ error }) => alerts.push(error.code))
    const token = await manager.getToken()
    for (let t = 0; t < 289; t++) {
      await clock.advance(1_000)
      expect(await manager.getToken()).toBe(token)
    }
    expect(alerts).toEqual(['AUTH-001'])
    expect(provider.requests).toHaveLength(2)
    expect(manager.status).toMatchObject({ state: 'due', lastError: { code: 'AUTH-001' } })
  })
})

test('the pause is kept on the monotonic clock: setting the wall clock ends nothing', async () => {
  const { clock, provider, manager, failure } = managed([fails(busyIssuer(60_000)), gives()])
  await failure()
  clock.jump(7_200_000)
  await failure()
  expect(provider.requests).toHaveLength(1)
  clock.jump(-14_400_000)
  await clock.advance(60_000)
  await manager.getToken()
  expect(provider.requests).toHaveLength(2)
})

test('a hanging issuer is given up, then asked again after the backoff', async () => {
  const { clock, provider, manager } = managed([hangs()])
  manager.peek()
  await clock.advance(60_000)
  manager.peek()
  expect(provider.requests).toHaveLength(1)
  await clock.advance(1_000)
  manager.peek()
  expect(provider.requests).toHaveLength(2)
})
