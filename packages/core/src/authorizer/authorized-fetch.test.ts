import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { busyIssuer, fails, gives, type Step, scriptedProvider } from '@orthanc-oauth/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { TokenManager } from '../manager/token-manager.ts'
import { authorizedFetch } from './authorized-fetch.ts'
import { bearerAuthorizer } from './bearer-authorizer.ts'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function setUp(
  answer: (seen: Seen, response: ServerResponse, number: number) => void,
  ...steps: readonly Step[]
) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    seen.push({ method, url, headers, body: (await buffer(request)).toString() })
    answer(seen[seen.length - 1] as Seen, response, seen.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = scriptedProvider(...(steps.length === 0 ? [gives()] : steps))
  const manager = new TokenManager(provider, { retry: false })
  cleanUps.push(() => manager[Symbol.asyncDispose]())
  const authorizer = bearerAuthorizer(manager, { origin })
  return { origin, seen, provider, manager, authorizer, fetch: authorizedFetch(authorizer) }
}

const accepts = (bearer: string) => (seen: Seen, response: ServerResponse) => {
  response.statusCode = seen.headers.authorization === bearer ? 200 : 401
  response.end(`answer to ${seen.headers.authorization}`)
}

describe('authorizedFetch', () => {
  test.each(['body', 'headers', 'method', 'signal'] as const)(
    'a member of init that is undefined (%s) takes nothing away from a Request',
    async (member) => {
      const { fetch, origin, seen } = await setUp((_, response) => response.end())
      const request = new Request(`${origin}/studies`, { method: 'POST', body: 'study', headers: { 'x-key': '7' } })
      await fetch(request, { [member]: undefined })
      expect(seen).toMatchObject([{ method: 'POST', body: 'study', headers: { 'x-key': '7' } }])
    },
  )

  test('an aborted Request is not sent, whatever init leaves undefined', async () => {
    const { fetch, origin, seen } = await setUp((_, response) => response.end())
    const request = new Request(origin, { signal: AbortSignal.abort(new Error('enough')) })
    await expect(fetch(request, { signal: undefined } as unknown as RequestInit)).rejects.toThrow('enough')
    expect(seen).toEqual([])
  })

  test('sends what fetch would send, with the token', async () => {
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-1'))
    const answer = await fetch(`${origin}/studies?limit=1#part`, {
      method: 'post',
      headers: { accept: 'application/dicom+json', 'x-key': 'a' },
      body: 'text',
    })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('answer to Bearer token-1')
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/studies?limit=1',
        headers: { accept: 'application/dicom+json', 'x-key': 'a', authorization: 'Bearer token-1' },
        body: 'text',
      },
    ])
  })

  test('takes a URL and a Request too; what is said beside a Request wins', async () => {
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-1'))
    await fetch(new URL(`${origin}/a`))
    await fetch(new Request(`${origin}/b`, { method: 'PUT', body: 'of the request', headers: { 'x-key': 'b' } }))
    await fetch(new Request(`${origin}/c`, { method: 'PUT', body: 'of the request' }), { body: 'of the init' })
    expect(seen).toMatchObject([
      { method: 'GET', url: '/a' },
      { method: 'PUT', url: '/b', body: 'of the request', headers: { 'x-key': 'b' } },
      { method: 'PUT', url: '/c', body: 'of the init' },
    ])
  })

  test("a caller's own Authorization is dropped, however it is spelt", async () => {
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-1'))
    await fetch(origin, { headers: { AUTHORIZATION: 'Basic eHg6eXk=' } })
    await fetch(new Request(origin, { headers: { authorization: 'Basic eHg6eXk=' } }))
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1'])
  })

  test('BRG-F16: another origin is refused before anything is sent', async () => {
    const { fetch, seen } = await setUp(accepts('Bearer token-1'))
    const other = await setUp(accepts('Bearer token-1'))
    await expect(fetch(`${other.origin}/studies`)).rejects.toMatchObject({ code: 'AUTH-101' })
    expect([...seen, ...other.seen]).toEqual([])
  })

  test('BRG-F16: a redirect is not followed, whatever the caller says', async () => {
    const other = await setUp(accepts('Bearer token-1'))
    const { fetch, origin } = await setUp((_, response) => response.writeHead(307, { location: other.origin }).end())
    for (const redirect of ['follow', 'error', 'manual'] as const) {
      const answer = await fetch(origin, { redirect })
      expect(answer.status).toBe(307)
      expect(answer.headers.get('location')).toBe(other.origin)
    }
    expect(other.seen).toEqual([])
  })

  test('without a token nothing is sent', async () => {
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-1'), fails(busyIssuer(60_000)))
    await expect(fetch(origin)).rejects.toMatchObject({ code: 'AUTH-003', retryAfter: 60_000 })
    expect(seen).toEqual([])
  })

  test('what only the given fetch knows reaches it, and the global one is looked up at each call', async () => {
    const { authorizer, origin } = await setUp(accepts('Bearer token-1'))
    const dispatcher = { name: 'an agent' }
    let init: unknown
    const mine: typeof globalThis.fetch = async (_, given) => {
      init = given
      return new Response()
    }
    await authorizedFetch(authorizer, mine)(origin, { dispatcher } as never)
    expect(init).toMatchObject({ dispatcher, redirect: 'manual' })
  })
})

describe('a 401', () => {
  test.each([
    { what: 'no body', body: undefined, sent: '' },
    { what: 'a string', body: 'text', sent: 'text' },
    { what: 'bytes', body: new TextEncoder().encode('bytes'), sent: 'bytes' },
    { what: 'an ArrayBuffer', body: new TextEncoder().encode('buffer').buffer, sent: 'buffer' },
    { what: 'a Blob', body: new Blob(['blob']), sent: 'blob' },
    { what: 'form parameters', body: new URLSearchParams({ a: 'b' }), sent: 'a=b' },
  ])('TOK-F17: with $what the request is sent once more, with another token', async ({ body, sent }) => {
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-2'))
    const answer = await fetch(origin, { method: body === undefined ? 'DELETE' : 'POST', ...(body && { body }) })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('answer to Bearer token-2')
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(seen.map((one) => one.body)).toEqual([sent, sent])
  })

  test('TOK-F17: a stream cannot be sent again: its 401 is the answer, and the next request has another token', async () => {
    const { fetch, origin, seen, provider } = await setUp(accepts('Bearer token-2'))
    const answer = await fetch(origin, { method: 'POST', body: new Blob(['stream']).stream(), duplex: 'half' })
    expect(answer.status).toBe(401)
    expect(await answer.text()).toBe('answer to Bearer token-1')
    expect(seen).toHaveLength(1)
    await expect.poll(async () => (await fetch(origin)).status).toBe(200)
    expect(provider.requests).toHaveLength(2)
  })

  test('TOK-F17: neither can the body of a Request', async () => {
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-2'))
    const answer = await fetch(new Request(origin, { method: 'POST', body: 'text' }))
    expect(answer.status).toBe(401)
    expect(seen).toHaveLength(1)
  })

  test('TOK-F17: a second 401 passes through', async () => {
    const { fetch, origin, seen, authorizer } = await setUp(accepts('nothing'))
    expect((await fetch(origin)).status).toBe(401)
    expect(seen).toHaveLength(2)
    expect((await fetch(origin)).status).toBe(401)
    expect(seen).toHaveLength(3)
    expect(authorizer.refusal).toMatchObject({ code: 'TOK-006' })
  })

  test('where no other token can be had the 401 is passed on, whole', async () => {
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-2'), gives(), fails(busyIssuer()))
    const answer = await fetch(origin)
    expect(answer.status).toBe(401)
    expect(await answer.text()).toBe('answer to Bearer token-1')
    expect(seen).toHaveLength(1)
  })

  test("the first answer's body is cancelled: a server that never ends it loses its connection", async () => {
    const closed = Promise.withResolvers<void>()
    const { fetch, origin } = await setUp((seen, response, number) => {
      if (number > 1) return accepts('Bearer token-2')(seen, response)
      response.on('close', closed.resolve)
      response.writeHead(401).write('without end')
    })
    expect((await fetch(origin)).status).toBe(200)
    await closed.promise
  })

  test('a caller that gives up while another token is asked for is rejected with its reason', async () => {
    const asked = Promise.withResolvers<void>()
    const { fetch, origin, seen } = await setUp(accepts('Bearer token-2'), gives(), () => {
      asked.resolve()
      return new Promise(() => undefined)
    })
    const controller = new AbortController()
    const outcome = expect(fetch(origin, { signal: controller.signal })).rejects.toThrow('gone')
    await asked.promise
    controller.abort(new Error('gone'))
    await outcome
    expect(seen).toHaveLength(1)
  })
})

test('an authorizer that signs bodies is refused', async () => {
  const { authorizer } = await setUp(accepts('Bearer token-1'))
  expect(() => authorizedFetch({ ...authorizer, body: 'digest' })).toThrow(expect.objectContaining({ code: 'CFG-103' }))
})
