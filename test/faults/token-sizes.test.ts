import { answer, type Behaviour, compressedBomb, type GeneratedBody, json } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { fault } from './support/fault.ts'
import { tokenWorld } from './support/token-world.ts'

const MIB = 2 ** 20
const CAP = MIB
/** Far more than the buffers of two sockets take. */
const HUGE = 32 * MIB
/** What a server can get rid of before it learns that nobody reads: the buffers of the kernel on both sides. */
const BUFFERS = 16 * MIB

const headers = { 'content-type': 'application/json' }

/** Spaces, and how many were taken. */
function countedSpaces(bytes: number, length?: number): { readonly body: GeneratedBody; readonly taken: () => number } {
  const piece = Buffer.alloc(64 * 1024, ' ')
  let taken = 0
  function* pieces() {
    for (let left = bytes; left > 0; left -= piece.length) {
      yield piece
      taken += piece.length
    }
  }
  return { body: { pieces, ...(length !== undefined && { length }) }, taken: () => taken }
}

async function abortsAt(behaviour: Behaviour) {
  await using world = await tokenWorld()
  world.endpoint.always(behaviour)
  const error = await world.failure()
  expect(error).toMatchObject({ code: 'TOK-005', retryable: false, details: { limit: CAP } })
  expect(world.calls).toBe(1)
  await world.endpoint.requests[0]?.closed
  return `${error.code} at the limit of ${error.details.limit} bytes after ${world.calls} call`
}

for (const framing of ['length', 'chunked'] as const) {
  fault('TOK-F07', `a body of 32 MiB (${framing}) is not read beyond 1 MiB`, async (seen) => {
    const { body, taken } = countedSpaces(HUGE, framing === 'length' ? HUGE : undefined)
    const outcome = await abortsAt(answer({ headers, body }))
    expect(taken()).toBeLessThan(BUFFERS)
    seen(`${framing}: ${outcome}, ${(taken() / MIB).toFixed(1)} of ${HUGE / MIB} MiB had left the issuer`)
  })
}

fault('TOK-F07', 'a compressed bomb is not unpacked beyond 1 MiB', async (seen) => {
  const outcome = await abortsAt(compressedBomb(HUGE))
  seen(`bomb of ${HUGE / MIB} MiB: ${outcome}`)
})

fault('TOK-F07', 'a body of exactly 1 MiB is read', async (seen) => {
  await using world = await tokenWorld()
  const value = { access_token: 'opaque', token_type: 'Bearer', expires_in: 3600, padding: '' }
  const padding = ' '.repeat(CAP - JSON.stringify(value).length)
  world.endpoint.always(json({ ...value, padding }))
  const token = await world.manager.getToken()
  expect(token.reveal()).toBe('opaque')
  seen(`${JSON.stringify({ ...value, padding }).length} bytes: accepted`)
})
