import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { acquireRequest, type TemporaryFolder, temporaryFolder } from '@orthanc-oauth/testing'
import { afterEach, beforeEach, expect } from 'vitest'
import { fault } from './support/fault.ts'
import { jwt, tokenAnswer } from './support/token-answers.ts'
import { failureOf, type TokenWorld, tokenWorld } from './support/token-world.ts'
import { until } from './support/until.ts'

/** Milliseconds after which a file that is empty, which may be on its way, is looked at once more. */
const PAUSE = 1000

let folder: TemporaryFolder
/** Where the platform puts the token that the client shows. */
let file: string

beforeEach(async () => {
  folder = await temporaryFolder()
  file = join(folder.path, 'federated-token')
})

afterEach(() => folder[Symbol.asyncDispose]())

async function federatedWorld(): Promise<TokenWorld> {
  const world = await tokenWorld({
    provider: { clientAuthentication: 'private_key_jwt', clientSecret: undefined, clientAssertion: { file } },
  })
  world.endpoint.always(tokenAnswer())
  return world
}

const assertionsOf = ({ endpoint }: TokenWorld) =>
  endpoint.requests.map((request) => new URLSearchParams(request.text()).get('client_assertion'))

fault('TOK-F21', 'the file is read again at each acquisition', async (seen) => {
  const given = ['first', 'second'].map((jti) => jwt({ jti }))
  await writeFile(file, `${given[0]}\n`)
  await using world = await federatedWorld()
  await world.manager.getToken()
  // As platforms do it: whoever reads sees the one or the other.
  await writeFile(`${file}.new`, given[1] ?? '')
  await rename(`${file}.new`, file)
  await world.manager.refresh()
  const shown = assertionsOf(world)
  expect(shown).toEqual(given)
  seen(`rotated between two acquisitions: ${new Set(shown).size} different assertions in ${world.calls} requests`)
})

fault('TOK-F21', 'a file that is empty is looked at once more after a second', async (seen) => {
  await writeFile(file, '')
  await using world = await federatedWorld()
  const acquiring = world.provider.acquire(acquireRequest({ clock: world.clock }))
  await until(() => world.clock.pending > 0)
  await writeFile(file, jwt({ jti: 'late' }))
  await world.clock.advance(PAUSE)
  const token = await acquiring
  expect([token.type, assertionsOf(world)]).toEqual(['Bearer', [jwt({ jti: 'late' })]])
  seen(`empty, and filled within ${PAUSE} ms: a token after ${world.calls} request`)
})

for (const { what, text, code } of [
  { what: 'empty', text: '', code: 'CFG-002' },
  { what: 'away', text: undefined, code: 'CFG-102' },
]) {
  fault('TOK-F21', `a file that stays ${what} fails, and the issuer is not asked`, async (seen) => {
    if (text !== undefined) await writeFile(file, text)
    await using world = await federatedWorld()
    const failing = failureOf(world.provider.acquire(acquireRequest({ clock: world.clock })))
    await until(() => world.clock.pending > 0)
    await world.clock.advance(PAUSE)
    const error = await failing
    expect(error).toMatchObject({ code, retryable: false, details: { option: 'clientAssertion', file } })
    expect([world.calls, world.clock.pending]).toEqual([0, 0])
    seen(`stays ${what}: ${error.code} after ${PAUSE} ms, ${world.calls} requests`)
  })
}
