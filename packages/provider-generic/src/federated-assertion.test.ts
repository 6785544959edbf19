import { randomUUID } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  acquireRequest,
  failureOf,
  fakeClock,
  type Issuer,
  startIssuer,
  type TemporaryFolder,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { genericProvider } from './generic-provider.ts'

let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
  return () => folder[Symbol.asyncDispose]()
})

async function written(name: string, text: string): Promise<string> {
  const file = join(folder.path, name)
  await writeFile(file, text)
  return file
}

describe('an assertion that somebody else signs', () => {
  async function assertionOf({ issuer, clients }: Issuer): Promise<string> {
    const { clientId, keys } = clients.private_key_jwt
    return new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: keys.p256.keyId })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(keys.p256.key)
  }

  const provider = (issuer: Issuer, file: string) =>
    genericProvider({
      issuer: issuer.issuer,
      clientId: issuer.clients.private_key_jwt.clientId,
      clientAuthentication: 'private_key_jwt',
      clientAssertion: { file },
    })

  test('TOK-F21: is read again at each acquisition', async () => {
    await using issuer = await startIssuer()
    const assertions = [await assertionOf(issuer), await assertionOf(issuer)]
    const file = await written('token', `${assertions[0]}\n`)
    const own = provider(issuer, file)
    await own.acquire(acquireRequest())
    await rename(await written('token.new', assertions[1] ?? ''), file)
    await own.acquire(acquireRequest())
    expect(issuer.tokenRequests.map(({ parameters }) => parameters.client_assertion)).toEqual(assertions)
  })

  test('TOK-F21: a file that is empty is looked at once more after a second', async () => {
    await using issuer = await startIssuer()
    const file = await written('late', '')
    const clock = fakeClock()
    const acquiring = provider(issuer, file).acquire({ clock, signal: new AbortController().signal })
    await expect.poll(() => clock.pending).toBe(1)
    await writeFile(file, await assertionOf(issuer))
    await clock.advance(1_000)
    expect((await acquiring).type).toBe('Bearer')
  })

  test.each([
    ['CFG-002', 'stays empty', ''],
    ['CFG-102', 'stays away', undefined],
  ])('TOK-F21: %s where it %s, and the issuer is not asked', async (code, _what, text) => {
    await using issuer = await startIssuer()
    const file = text === undefined ? join(folder.path, 'nowhere') : await written('empty', text)
    const clock = fakeClock()
    const failing = failureOf(provider(issuer, file), { clock })
    await expect.poll(() => clock.pending).toBe(1)
    await clock.advance(1_000)
    const error = await failing
    expect(error).toMatchObject({ code, details: { option: 'clientAssertion', file }, retryable: false })
    expect(issuer.requests).toHaveLength(0)
  })

  test('is given up with the acquisition', async () => {
    await using issuer = await startIssuer()
    const controller = new AbortController()
    const clock = fakeClock()
    const own = provider(issuer, join(folder.path, 'nowhere'))
    const acquiring = own.acquire({ clock, signal: controller.signal })
    await expect.poll(() => clock.pending).toBe(1)
    controller.abort(new Error('disposed'))
    await expect(acquiring).rejects.toThrow('disposed')
    expect(clock.pending).toBe(0)
  })
})
