import { inspect } from 'node:util'
import { busyIssuer, fails, fakeClock, gives, type Step, scriptedProvider } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { TokenManager } from '../manager/token-manager.ts'
import type { TokenBinding } from '../provider/token-binding.ts'
import { bearerAuthorizer } from './bearer-authorizer.ts'
import { dpopAuthorizer } from './dpop-authorizer.ts'
import type { AnswerHead } from './heads.ts'
import type { Authorization } from './request-authorizer.ts'
import { tokenAuthorizer } from './token-authorizer.ts'

const origin = 'https://pacs.example'
const head = { method: 'GET', url: `${origin}/dicom-web/studies?limit=1`, headers: {} }
const tls = { certificateFile: '/client.crt', keyFile: '/client.key' }
const dpop = (more: Parameters<typeof gives>[0] = {}) => gives({ ...more, type: 'DPoP' })

const challenge = (nonce?: string): AnswerHead => ({
  status: 401,
  headers: {
    'www-authenticate': 'Bearer realm="pacs", DPoP error="use_dpop_nonce", algs="ES256"',
    ...(nonce !== undefined && { 'dpop-nonce': nonce }),
  },
})
const refused: AnswerHead = { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_token"' } }

function setUp(...steps: readonly Step[]) {
  const proofs: string[] = []
  const binding: TokenBinding = {
    tls,
    proof: async ({ method, url }, token, nonce = 'none') => {
      proofs.push(`${method} ${url} ${token.reveal()} ${nonce}`)
      return `proof-${proofs.length}`
    },
  }
  const provider = { ...scriptedProvider(...steps), binding }
  const manager = new TokenManager(provider, { clock: fakeClock(), random: () => 0, retry: false })
  return { proofs, manager, authorizer: dpopAuthorizer(manager, { origin }) }
}

/** What a host does: send, and for as long as that is worthwhile again. Gives what the server saw. */
async function exchange(authorizer: ReturnType<typeof setUp>['authorizer'], ...answers: readonly AnswerHead[]) {
  const seen: Readonly<Record<string, string>>[] = []
  let authorization: Authorization | undefined = await authorizer.authorize(head)
  for (const answer of answers) {
    if (authorization === undefined) break
    seen.push(authorization.headers)
    authorization = await authorization.answered(answer)?.()
  }
  return { seen, more: authorization !== undefined }
}

const ok = (nonce?: string): AnswerHead => ({
  status: 200,
  headers: nonce === undefined ? {} : { 'dpop-nonce': nonce },
})

describe('dpopAuthorizer', () => {
  test('each attempt has a proof of its own beside the token', async () => {
    const { authorizer, proofs } = setUp(dpop())
    expect((await authorizer.authorize(head)).headers).toEqual({ authorization: 'DPoP token-1', dpop: 'proof-1' })
    expect((await authorizer.authorize(head)).headers).toEqual({ authorization: 'DPoP token-1', dpop: 'proof-2' })
    expect(proofs[0]).toBe(`GET ${head.url} token-1 none`)
  })

  test('it cannot be pushed: there is no header that would do for every request', () => {
    const { authorizer, manager } = setUp(dpop())
    expect(authorizer).not.toHaveProperty('bearer')
    expect(authorizer).toMatchObject({ credentials: manager, body: 'nothing', tls })
  })

  test('TOK-F19: a server that asks for a nonce gets it in one more attempt, and the issuer is not asked', async () => {
    const { authorizer, proofs, manager } = setUp(dpop())
    const { seen, more } = await exchange(authorizer, challenge('n1'), ok())
    expect(seen.map(({ authorization }) => authorization)).toEqual(['DPoP token-1', 'DPoP token-1'])
    expect(proofs.at(-1)).toBe(`GET ${head.url} token-1 n1`)
    expect(more).toBe(false)
    expect(manager.status).toMatchObject({ succeeded: 1 })
  })

  test('TOK-F19: one that asks again gets no third', async () => {
    const { authorizer, manager } = setUp(dpop())
    const { seen, more } = await exchange(authorizer, challenge('n1'), challenge('n2'), ok())
    expect([seen.length, more]).toEqual([2, false])
    expect(authorizer.refusal).toBeUndefined()
    expect(manager.status).toMatchObject({ succeeded: 1 })
  })

  test('the nonce of any answer is in the next proof', async () => {
    const { authorizer, proofs } = setUp(dpop())
    for (const nonce of ['n1', 'n2', undefined]) await exchange(authorizer, ok(nonce))
    await authorizer.authorize(head)
    expect(proofs.map((proof) => proof.split(' ').at(-1))).toEqual(['none', 'n1', 'n2', 'n2'])
  })

  test.each(['', 'a b', 'a"b', 'a\\b', 'n1, n2', 'ü'])('%j is no nonce', async (nonce) => {
    const { authorizer, proofs } = setUp(dpop())
    const { more } = await exchange(authorizer, challenge(nonce))
    expect(more).toBe(false)
    await authorizer.authorize(head)
    expect(proofs.at(-1)).toMatch(/none$/)
  })

  test('TOK-F17: a refused token is replaced by another, with a proof for that one', async () => {
    const { authorizer, proofs } = setUp(dpop(), dpop())
    const { seen } = await exchange(authorizer, refused, ok())
    expect(seen.map(({ authorization }) => authorization)).toEqual(['DPoP token-1', 'DPoP token-2'])
    expect(proofs.at(-1)).toBe(`GET ${head.url} token-2 none`)
  })

  test('a nonce and another token together end after three attempts', async () => {
    const { authorizer } = setUp(dpop(), dpop())
    const { seen, more } = await exchange(authorizer, challenge('n1'), refused, challenge('n2'), ok())
    expect([seen.length, more]).toEqual([3, false])
  })

  test('nothing leaves without a proof', async () => {
    const provider = {
      ...scriptedProvider(dpop()),
      binding: { proof: () => Promise.reject(new Error('the key is gone')) },
    }
    const authorizer = dpopAuthorizer(new TokenManager(provider, { clock: fakeClock() }), { origin })
    await expect(authorizer.authorize(head)).rejects.toThrow('the key is gone')
  })

  test('a token that is bound to nothing is not sent', async () => {
    const { authorizer } = setUp(gives())
    await expect(authorizer.authorize(head)).rejects.toMatchObject({ code: 'TOK-005' })
  })

  test('another origin, a caller that gave up and an issuer that is down get no authorization', async () => {
    const { authorizer, proofs } = setUp(fails(busyIssuer()))
    await expect(authorizer.authorize({ ...head, url: 'https://evil.example/' })).rejects.toMatchObject({
      code: 'AUTH-101',
    })
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(authorizer.authorize(head, { signal })).rejects.toThrow('gone')
    await expect(authorizer.authorize(head)).rejects.toMatchObject({ code: 'AUTH-003' })
    expect(proofs).toEqual([])
  })

  test('inspect and JSON show neither token nor proof', async () => {
    const { authorizer } = setUp(dpop({ value: 'c4n4ry' }))
    const authorization = await authorizer.authorize(head)
    const shown = inspect(authorization, { depth: 10, showHidden: true }) + JSON.stringify([authorization])
    expect(shown).not.toMatch(/c4n4ry|proof-/)
  })
})

describe('tokenAuthorizer', () => {
  test('proves possession where the tokens are bound to a key, and is a bearer where not', () => {
    const { manager } = setUp(dpop())
    expect(tokenAuthorizer(manager, { origin })).not.toHaveProperty('bearer')
    const plain = new TokenManager({ ...scriptedProvider(gives()), binding: { tls } })
    expect(tokenAuthorizer(plain, { origin })).toMatchObject({ bearer: plain, tls })
  })

  test('neither kind is taken for the other', () => {
    const { manager } = setUp(dpop())
    expect(() => bearerAuthorizer(manager, { origin })).toThrow(expect.objectContaining({ code: 'CFG-002' }))
    const plain = new TokenManager(scriptedProvider(gives()))
    expect(() => dpopAuthorizer(plain, { origin })).toThrow(expect.objectContaining({ code: 'CFG-002' }))
  })
})
