import { createHash, randomBytes } from 'node:crypto'
import type { RequestAuthorizer } from '@orthanc-oauth/core'
import { startFaultServer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { connectionsTo, fixedAuthorizer, get, startProxy } from './proxy.fixture.ts'

const MIB = 2 ** 20

function needing(body: RequestAuthorizer['body']) {
  const fixed = fixedAuthorizer()
  const authorizer: RequestAuthorizer = Object.create(fixed.authorizer, { body: { value: body } })
  return { ...fixed, authorizer }
}

async function* chunked(body: Buffer) {
  yield body
}

describe('an authorizer that must know the length', () => {
  test('is told a Content-Length', async () => {
    await using origin = await startFaultServer()
    const { authorizer, heads } = needing('length')
    await using proxy = await startProxy(origin.url, { authorizer })
    expect((await get(`${proxy.url}/pacs/x`, { method: 'POST' }, 'study')).status).toBe(200)
    expect(heads[0]?.length).toBe(5)
  })

  test('makes a chunked body 411, and nothing goes upstream', async () => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url, { authorizer: needing('length').authorizer })
    expect((await get(`${proxy.url}/pacs/x`, { method: 'POST' }, chunked(Buffer.from('study')))).status).toBe(411)
    expect(await connectionsTo(origin)).toBe(0)
  })
})

describe('an authorizer that must know the digest', () => {
  test('is told it, and the length, of a chunked body; the body follows', async () => {
    await using origin = await startFaultServer()
    const { authorizer, heads } = needing('digest')
    await using proxy = await startProxy(origin.url, { authorizer })
    const study = randomBytes(3 * MIB)
    expect((await get(`${proxy.url}/pacs/x`, { method: 'POST' }, chunked(study))).status).toBe(200)
    const sha256 = createHash('sha256').update(study).digest()
    expect([heads[0]?.length, Buffer.from(heads[0]?.sha256 ?? [])]).toEqual([study.length, sha256])
    expect(origin.requests[0]?.bodySha256).toBe(sha256.toString('hex'))
    expect(origin.requests[0]?.values('content-length')).toEqual([String(study.length)])
  })

  test.each([
    ['announced', { 'Content-Length': String(64 * MIB + 1) }],
    ['chunked', undefined],
  ])('makes a body over 64 MiB, %s, 413, and nothing goes upstream', async (_, headers) => {
    await using origin = await startFaultServer()
    await using proxy = await startProxy(origin.url, { authorizer: needing('digest').authorizer })
    const study = chunked(Buffer.alloc(64 * MIB + 1))
    expect((await get(`${proxy.url}/pacs/x`, { method: 'POST', ...(headers && { headers }) }, study)).status).toBe(413)
    expect(await connectionsTo(origin)).toBe(0)
  })
})
