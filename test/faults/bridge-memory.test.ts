import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { refusingPort, startFaultServer } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { answerOf, begin, readAnswer } from './support/client.ts'
import { fault } from './support/fault.ts'
import { residentMemory } from './support/resident-memory.ts'
import { startServe } from './support/serve.ts'
import { tokenAnswer } from './support/token-answers.ts'

const MIB = 2 ** 20
/** `npm run verify` sends 5 GiB. */
const BYTES = Number(process.env.STOW_BYTES ?? 512 * MIB)
const SAMPLES = 64
/** Of the saw that a garbage collector draws: between two collections up to 45 MiB were seen, for 512 MiB and for 5 GiB. */
const TOOTH = 48 * MIB

fault(
  'BRG-F08',
  'a chunked STOW of any size passes through constant memory, byte for byte',
  async (seen) => {
    await using endpoint = await startFaultServer()
    await using origin = await startFaultServer()
    await using noOrthanc = await refusingPort()
    endpoint.always(tokenAnswer())
    await using serve = await startServe({
      server: origin.url,
      tokenEndpoint: `${endpoint.url}/token`,
      section: { Orthanc: { Url: `http://127.0.0.1:${noOrthanc.port}/` } },
    })
    const memory = [await residentMemory(serve.process.pid)]
    const upload = begin(`${serve.cloud}/studies`, { method: 'POST' })
    const answered = answerOf(upload)
    const hash = createHash('sha256')
    for (let sample = 1; sample <= SAMPLES; sample++) {
      for (const piece of pieces(BYTES / SAMPLES)) {
        hash.update(piece)
        if (!upload.write(piece)) await once(upload, 'drain')
      }
      memory.push(await residentMemory(serve.process.pid))
    }
    upload.end()
    const got = await readAnswer(await answered)
    const [request] = origin.requests
    const [early, late] = [Math.max(...memory.slice(1, SAMPLES / 2)), Math.max(...memory.slice(SAMPLES / 2))]
    expect(got.status).toBe(200)
    expect(request?.bodyBytes).toBe(BYTES)
    expect(request?.bodySha256).toBe(hash.digest('hex'))
    expect(late).toBeLessThan(early + TOOTH)
    seen(
      `${inMib(request?.bodyBytes)} arrived, SHA-256 equal; resident ${inMib(memory[0])} before, at most ${inMib(early)} in the first half and ${inMib(late)} in the second`,
    )
  },
  20 * 60_000,
)

const inMib = (bytes = 0) => `${Math.round(bytes / MIB)} MiB`

const random = randomBytes(MIB)

/** `bytes` bytes in pieces that are all different. */
function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes, index = 0; left > 0; index++) {
    const piece = random.subarray(index % 1000, (index % 1000) + left)
    yield piece
    left -= piece.length
  }
}
