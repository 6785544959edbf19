import { createHash, randomBytes } from 'node:crypto'
import { type AnswerHead, OrthancOAuthError, type RequestAuthorizer, type RequestHead } from '@orthanc-oauth/core'
import { answer, earlyAnswer, startFaultServer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { fixedAuthorizer, get, settled, startProxy } from './proxy.fixture.ts'

const MIB = 2 ** 20
const unauthorized = answer({ status: 401, headers: { 'www-authenticate': 'Bearer' }, body: 'refused' })
const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex')

async function* inPieces(body: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < body.length; start += size) yield body.subarray(start, start + size)
}

describe('TOK-F17: a 401 of the server', () => {
  test('is answered by another token, once, and the client sees the second answer', async () => {
    await using origin = await startFaultServer()
    origin.next(unauthorized, answer({ body: 'found' }))
    const { authorizer, answers } = fixedAuthorizer({ token: 'old', again: ['new'] })
    await using proxy = await startProxy(origin.url, { authorizer })
    const { status, body } = await get(`${proxy.url}/pacs/studies`)
    expect([status, body.toString()]).toEqual([200, 'found'])
    expect(origin.requests.map((seen) => seen.values('authorization'))).toEqual([['Bearer old'], ['Bearer new']])
    expect(answers).toEqual([401, 200])
  })

  test('passes through the second time', async () => {
    await using origin = await startFaultServer()
    origin.always(unauthorized)
    const { authorizer } = fixedAuthorizer({ again: ['new', 'newer'] })
    await using proxy = await startProxy(origin.url, { authorizer })
    const { status, body, headers } = await get(`${proxy.url}/pacs/studies`)
    expect([status, body.toString(), headers['www-authenticate']]).toEqual([401, 'refused', 'Bearer'])
    expect(origin.requests).toHaveLength(2)
  })

  test('passes through where authorising again fails', async () => {
    await using origin = await startFaultServer()
    origin.always(unauthorized)
    const { authorizer } = fixedAuthorizer({ again: [new OrthancOAuthError('TOK-006', 'No')] })
    await using proxy = await startProxy(origin.url, { authorizer })
    const { status, body } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, 'study')
    expect([status, body.toString()]).toEqual([401, 'refused'])
    expect(origin.requests).toHaveLength(1)
  })

  test.each([
    ['1 MiB', MIB, 65_536],
    ['1 MiB in odd pieces', MIB, 7_919],
    ['one byte', 1, 1],
  ])('is followed by the whole body again: %s', async (_, length, size) => {
    await using origin = await startFaultServer()
    origin.next(unauthorized)
    const { authorizer } = fixedAuthorizer({ again: ['new'] })
    await using proxy = await startProxy(origin.url, { authorizer })
    const study = randomBytes(length)
    const { status } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, inPieces(study, size))
    expect(status).toBe(200)
    expect(origin.requests.map((seen) => seen.bodySha256)).toEqual([sha256(study), sha256(study)])
    expect(origin.requests.every((seen) => seen.bodyComplete)).toBe(true)
  })

  test('passes through where more than 1 MiB has been taken from the client', async () => {
    await using origin = await startFaultServer()
    origin.always(unauthorized)
    const { authorizer } = fixedAuthorizer({ again: ['new'] })
    await using proxy = await startProxy(origin.url, { authorizer })
    const { status } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, randomBytes(MIB + 1))
    expect(status).toBe(401)
    expect(origin.requests).toHaveLength(1)
  })

  test('that comes early leaves the rest of the body for the second try', async () => {
    await using origin = await startFaultServer()
    origin.next(earlyAnswer({ status: 401 }, { afterwards: 'read', readFirst: 1_000 }))
    const { authorizer } = fixedAuthorizer({ again: ['new'] })
    await using proxy = await startProxy(origin.url, { authorizer })
    const study = randomBytes(5 * MIB)
    const secondTry = origin.seen(2)
    async function* slowly() {
      yield study.subarray(0, 2_000)
      await secondTry // so that the 401 comes while the body is under way
      yield* inPieces(study.subarray(2_000), 65_536)
    }
    const { status } = await get(`${proxy.url}/pacs/studies`, { method: 'POST' }, slowly())
    expect(status).toBe(200)
    const [first, second] = origin.requests
    expect([second?.bodySha256, second?.bodyComplete]).toEqual([sha256(study), true])
    expect(first?.bodyComplete).toBe(false)
  })

  test('holds the client back while another token is on its way, however long that takes', async () => {
    await using origin = await startFaultServer()
    origin.next(earlyAnswer({ status: 401 }, { afterwards: 'read', readFirst: 1_000 }))
    const { authorizer } = fixedAuthorizer()
    let asked = () => {}
    const asking = new Promise<void>((resolve) => {
      asked = resolve
    })
    let give = () => {}
    const given = new Promise<void>((resolve) => {
      give = resolve
    })
    const slow: RequestAuthorizer = Object.create(authorizer, {
      authorize: {
        value: async (head: RequestHead) => ({
          ...(await authorizer.authorize(head)),
          answered: ({ status }: AnswerHead) =>
            status === 401
              ? async () => {
                  asked()
                  await given
                  return authorizer.authorize(head)
                }
              : undefined,
        }),
      },
    })
    await using proxy = await startProxy(origin.url, { authorizer: slow })
    const study = randomBytes(8 * MIB)
    let taken = 0
    async function* body() {
      yield study.subarray(0, 2_000)
      await asking
      for await (const piece of inPieces(study.subarray(2_000), 65_536)) {
        taken += piece.length
        yield piece
      }
    }
    const got = get(`${proxy.url}/pacs/studies`, { method: 'POST' }, body())
    await asking
    const before = await settled(() => taken)
    expect(before).toBeLessThan(study.length - MIB)
    give()
    expect((await got).status).toBe(200)
    expect(origin.requests[1]?.bodySha256).toBe(sha256(study))
  })

  test('that comes early and cannot be mended is passed on at once, and the body ends there', async () => {
    await using origin = await startFaultServer()
    origin.always(earlyAnswer({ status: 401, body: 'refused' }, { afterwards: 'read', readFirst: 1_000 }))
    await using proxy = await startProxy(origin.url)
    let release = () => {}
    const answered = new Promise<void>((resolve) => {
      release = resolve
    })
    async function* unfinished() {
      yield Buffer.alloc(2_000)
      await answered
    }
    const got = get(`${proxy.url}/pacs/studies`, { method: 'POST' }, unfinished())
    const [seen] = await origin.seen(1)
    await seen?.closed
    release()
    expect((await got).status).toBe(401)
    expect(seen?.bodyComplete).toBe(false)
  })

  test('to a deletion is replayed as well', async () => {
    await using origin = await startFaultServer()
    origin.next(unauthorized)
    const { authorizer } = fixedAuthorizer({ again: ['new'] })
    await using proxy = await startProxy(origin.url, { authorizer })
    expect((await get(`${proxy.url}/pacs/studies/1`, { method: 'DELETE' })).status).toBe(200)
    expect(origin.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE'])
  })
})
