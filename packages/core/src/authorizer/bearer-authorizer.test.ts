import { inspect } from 'node:util'
import { busyIssuer, fails, fakeClock, gives, refusedClient, type Step, scriptedProvider } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { TokenManager } from '../manager/token-manager.ts'
import { AccessToken } from '../token/access-token.ts'
import { bearerAuthorizer } from './bearer-authorizer.ts'
import type { Authorization, RequestAuthorizer } from './request-authorizer.ts'

const origin = 'https://pacs.example:8443'
const head = { method: 'GET', url: `${origin}/dicom-web/studies`, headers: {} }
const refused = { status: 401, headers: {} }
const ok = { status: 200, headers: {} }

function setUp(...steps: readonly Step[]) {
  const clock = fakeClock()
  const provider = scriptedProvider(...steps)
  const manager = new TokenManager(provider, { clock, random: () => 0, retry: false })
  const authorizer = bearerAuthorizer(manager, { origin })
  return { clock, provider, manager, authorizer }
}

const bearerOf = ({ headers }: Authorization) => headers.authorization

/** What a host does: send, and once more where that is worthwhile. Gives the tokens the server saw. */
async function exchange(authorizer: RequestAuthorizer, answer: (bearer: string | undefined) => { status: number }) {
  const seen: (string | undefined)[] = []
  const send = (authorization: Authorization) => {
    seen.push(bearerOf(authorization))
    return authorization.answered({ ...answer(bearerOf(authorization)), headers: {} })
  }
  const way = send(await authorizer.authorize(head))
  if (way !== undefined) send(await way())
  return seen
}

describe('bearerAuthorizer', () => {
  test.each([
    'http://pacs.example',
    'http://10.0.0.7:8042',
    'http://127.evil.example',
    'http://localhost.evil.example',
  ])('NET-F9: refuses %s, where everybody on the way could read the token', (insecure) => {
    const manager = new TokenManager(scriptedProvider(gives()))
    expect(() => bearerAuthorizer(manager, { origin: insecure })).toThrow(expect.objectContaining({ code: 'CFG-104' }))
    expect(bearerAuthorizer(manager, { origin: insecure, allowInsecureHttp: true }).body).toBe('nothing')
  })

  test.each(['http://127.0.0.1:8042', 'http://localhost', 'http://[::1]:80', 'https://pacs.example'])(
    'takes %s',
    (confidential) => {
      const manager = new TokenManager(scriptedProvider(gives()))
      expect(bearerAuthorizer(manager, { origin: confidential }).body).toBe('nothing')
    },
  )

  test('puts the token into one header', async () => {
    const { authorizer, manager } = setUp(gives())
    const authorization = await authorizer.authorize(head)
    expect(authorization.headers).toEqual({ authorization: 'Bearer token-1' })
    expect(authorizer).toMatchObject({ body: 'nothing', credentials: manager, bearer: manager })
  })

  test('all attempts with one token share one object', async () => {
    const { authorizer, manager } = setUp(gives())
    const first = await authorizer.authorize(head)
    expect(await authorizer.authorize(head)).toBe(first)
    await manager.refresh()
    expect(bearerOf(await authorizer.authorize(head))).toBe('Bearer token-2')
  })

  test('inspect and JSON do not show the token', async () => {
    const { authorizer } = setUp(gives({ value: 'c4n4ry' }))
    const authorization = await authorizer.authorize(head)
    const shown = [authorization, authorizer, [authorization]].map(
      (one) => inspect(one, { depth: 10, showHidden: true }) + JSON.stringify(one),
    )
    expect(shown.join()).not.toContain('c4n4ry')
    expect({ ...authorization }).not.toHaveProperty('headers')
  })

  test.each([
    'https://pacs.example:8444/dicom-web/studies',
    'http://pacs.example:8443/dicom-web/studies',
    'https://pacs.example:8443.evil.example/',
    'https://pacs.example:8443@evil.example/',
    'https://evil.example/?https://pacs.example:8443/',
    '/dicom-web/studies',
  ])('BRG-F16: another origin (%s) is an error, and no token is asked for', async (url) => {
    const { authorizer, provider } = setUp(gives())
    await expect(authorizer.authorize({ ...head, url })).rejects.toMatchObject({
      code: 'AUTH-101',
      details: { origin },
    })
    expect(provider.requests).toHaveLength(0)
  })

  test('another spelling of the same origin is the same origin', async () => {
    const { authorizer } = setUp(gives())
    for (const url of ['HTTPS://PACS.example:8443/x', `${origin}?x`, origin])
      expect(bearerOf(await authorizer.authorize({ ...head, url }))).toBe('Bearer token-1')
  })

  test('rejects rather than let anything go unauthorised', async () => {
    const { authorizer } = setUp(fails(refusedClient()))
    await expect(authorizer.authorize(head)).rejects.toMatchObject({ code: 'AUTH-001' })
  })

  test('a caller that gives up is rejected, also with a token in hand', async () => {
    const { authorizer } = setUp(gives({ delay: 100 }))
    const controller = new AbortController()
    const waiting = expect(authorizer.authorize(head, { signal: controller.signal })).rejects.toThrow('gone')
    controller.abort(new Error('gone'))
    await waiting
    const { authorizer: other } = setUp(gives())
    await other.authorize(head)
    await expect(other.authorize(head, { signal: controller.signal })).rejects.toThrow('gone')
  })

  test('a token that is bound to a proof is no bearer', async () => {
    const dpop = async ({ clock }: { clock: ReturnType<typeof fakeClock> }) =>
      new AccessToken({
        value: 'x',
        type: 'DPoP',
        sent: { wall: clock.now(), monotonic: clock.monotonic() },
        lifetime: 60_000,
      })
    const { authorizer } = setUp(dpop as never)
    await expect(authorizer.authorize(head)).rejects.toMatchObject({ code: 'TOK-005' })
  })

  test('what is more than an origin is refused', () => {
    const { manager } = setUp()
    expect(() => bearerAuthorizer(manager, { origin: `${origin}/dicom-web` })).toThrow(
      expect.objectContaining({ code: 'CFG-002' }),
    )
  })
})

describe('a 401', () => {
  test('TOK-F17: of a fresh token: one refresh, one attempt with another', async () => {
    const { authorizer, provider } = setUp(gives())
    const seen = await exchange(authorizer, (bearer) => ({ status: bearer === 'Bearer token-1' ? 401 : 200 }))
    expect(seen).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(provider.requests).toHaveLength(2)
    expect(authorizer.refusal).toBeUndefined()
    expect(bearerOf(await authorizer.authorize(head))).toBe('Bearer token-2')
  })

  test('TOK-F17: a second one passes through', async () => {
    const { authorizer, provider } = setUp(gives())
    const way = (await authorizer.authorize(head)).answered(refused)
    expect((await way?.())?.answered(refused)).toBeUndefined()
    expect(provider.requests).toHaveLength(2)
  })

  test('TOK-F17: the refresh is made though the request cannot be sent again: the next one profits', async () => {
    const { authorizer, clock } = setUp(gives())
    ;(await authorizer.authorize(head)).answered(refused)
    await clock.advance(0)
    expect(bearerOf(await authorizer.authorize(head))).toBe('Bearer token-2')
  })

  test('TOK-F17: twenty at once are one acquisition, and each has its attempt', async () => {
    const { authorizer, provider, clock } = setUp(gives(), gives({ delay: 100 }))
    const attempts = await Promise.all(Array.from({ length: 20 }, () => authorizer.authorize(head)))
    const early = attempts.slice(0, 10).map((attempt) => attempt.answered(refused)?.())
    await clock.advance(100)
    const late = attempts.slice(10).map((attempt) => attempt.answered(refused)?.())
    const again = await Promise.all([...early, ...late])
    expect(again.map((one) => one && bearerOf(one))).toEqual(Array(20).fill('Bearer token-2'))
    expect(provider.requests).toHaveLength(2)
  })

  test('of a token that was replaced meanwhile is answered by the other, and costs nothing of the minute', async () => {
    const { authorizer, manager, provider } = setUp(gives())
    const old = await authorizer.authorize(head)
    await manager.refresh()
    const another = await old.answered(refused)?.()
    expect(another && bearerOf(another)).toBe('Bearer token-2')
    expect(provider.requests).toHaveLength(2)
    expect(another?.answered(refused)).toBeDefined()
    expect(provider.requests).toHaveLength(3)
  })

  test('TOK-F17: a server that answers 401 to everything costs 3 acquisitions in 120 s', async () => {
    const { authorizer, provider, clock } = setUp(gives({ lifetime: 3_600_000 }))
    for (let t = 0; t < 2_400; t++) {
      await exchange(authorizer, () => refused)
      await clock.advance(50)
    }
    expect(provider.requests).toHaveLength(3)
  })

  test.each([200, 204, 304, 400, 403, 404, 500, 503])('a %d asks for nothing', async (status) => {
    const { authorizer, provider } = setUp(gives())
    expect((await authorizer.authorize(head)).answered({ status, headers: {} })).toBeUndefined()
    expect(provider.requests).toHaveLength(1)
  })
})

describe('a server that refuses what the issuer considers good', () => {
  test('TOK-F22: the same token again: it stays in use, the 401s pass, status says why', async () => {
    const { authorizer, provider } = setUp(gives({ value: 'same', lifetime: 3_600_000 }))
    const way = (await authorizer.authorize(head)).answered(refused)
    await expect(way?.()).rejects.toMatchObject({ code: 'TOK-006' })
    expect(authorizer.refusal).toMatchObject({ code: 'TOK-006', details: { origin } })
    expect((await authorizer.authorize(head)).answered(refused)).toBeUndefined()
    expect(bearerOf(await authorizer.authorize(head))).toBe('Bearer same')
    expect(provider.requests).toHaveLength(2)
  })

  test('TOK-F22: a fresh one refused too: it stays in use, status says why', async () => {
    const { authorizer, provider } = setUp(gives())
    await exchange(authorizer, () => refused)
    expect(authorizer.refusal).toMatchObject({ code: 'TOK-006' })
    expect(authorizer.refusal?.troubleshooting.join()).toMatch(/roles|audience/)
    expect(bearerOf(await authorizer.authorize(head))).toBe('Bearer token-2')
    expect(provider.requests).toHaveLength(2)
  })

  test('TOK-F22: no refusal forces an acquisition for 60 s; then one does', async () => {
    const { authorizer, provider, clock } = setUp(gives({ value: 'same', lifetime: 3_600_000 }))
    ;(await authorizer.authorize(head)).answered(refused)
    await clock.advance(59_999)
    expect((await authorizer.authorize(head)).answered(refused)).toBeUndefined()
    expect(provider.requests).toHaveLength(2)
    await clock.advance(1)
    expect((await authorizer.authorize(head)).answered(refused)).toBeDefined()
    expect(provider.requests).toHaveLength(3)
  })

  test('TOK-F22: other servers of the manager notice nothing', async () => {
    const { authorizer, manager, provider } = setUp(gives({ value: 'same' }))
    const other = bearerAuthorizer(manager, { origin: 'https://other.example' })
    const theirs = { ...head, url: 'https://other.example/' }
    await exchange(other as RequestAuthorizer, () => ok).catch(() => undefined)
    const before = await other.authorize(theirs)
    await (await authorizer.authorize(head))
      .answered(refused)?.()
      .catch(() => undefined)
    expect(await other.authorize(theirs)).toBe(before)
    expect(other.refusal).toBeUndefined()
    expect(before.answered(refused)).toBeDefined() // its own minute is its own
    expect(provider.requests).toHaveLength(3)
  })

  test('status is clear again once it accepts a token', async () => {
    const { authorizer } = setUp(gives())
    await exchange(authorizer, () => refused)
    ;(await authorizer.authorize(head)).answered({ status: 503, headers: {} })
    expect(authorizer.refusal).toBeDefined()
    ;(await authorizer.authorize(head)).answered(ok)
    expect(authorizer.refusal).toBeUndefined()
  })

  test('an issuer that cannot be reached says nothing about roles: status stays clear', async () => {
    const { authorizer } = setUp(gives(), fails(busyIssuer()))
    await expect((await authorizer.authorize(head)).answered(refused)?.()).rejects.toMatchObject({ code: 'AUTH-003' })
    expect(authorizer.refusal).toBeUndefined()
  })
})
