import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { startFaultServer, startIssuer } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { CLIENT_LOGIN, configurationFile, serverKeys, startServersApi } from '../bridge.fixture.ts'
import { serve } from './serve.fixture.ts'

const MIB = 2 ** 20
const BODY = 512 * MIB
/** A quarter of the body: V8 collects buffers when some 80 MiB of them have piled up (a saw-tooth), and never more. */
const MAY_GROW = BODY / 4

/** Resident memory of a process, in bytes, as POSIX's ps tells it. */
const residentBytes = (pid: number) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) * 1024

/** 512 MiB, and what the process holds at every 16 of them. */
function measured(pid: number) {
  const piece = randomBytes(MIB)
  const hash = createHash('sha256')
  const samples: number[] = []
  async function* body() {
    for (let sent = 0; sent < BODY; sent += MIB) {
      if (sent % (16 * MIB) === 0) samples.push(residentBytes(pid))
      hash.update(piece)
      yield piece
    }
  }
  return { body: Readable.from(body(), { objectMode: false }), samples, sha256: () => hash.digest('hex') }
}

describe('BRG-F08', () => {
  test('a chunked upload of 512 MiB is streamed in constant memory', async () => {
    await using issuer = await startIssuer()
    await using origin = await startFaultServer()
    await using orthanc = await startServersApi()
    await using file = await configurationFile({ pacs: serverKeys(origin.url, issuer) }, orthanc.url)
    await using served = await serve(file.path)
    const { body, samples, sha256 } = measured(served.process.pid)
    const made = request(`${served.dataUrl}/pacs/studies`, {
      method: 'POST',
      headers: { Authorization: CLIENT_LOGIN },
      agent: false,
    })
    const answered = new Promise((resolve) => made.once('response', resolve))
    await pipeline(body, made)
    await answered
    const [seen] = origin.requests
    expect([seen?.bodyBytes, seen?.bodySha256, seen?.values('transfer-encoding')]).toEqual([
      BODY,
      sha256(),
      ['chunked'],
    ])
    expect(Math.max(...samples) - (samples[0] ?? 0)).toBeLessThan(MAY_GROW)
  }, 120_000)
})
