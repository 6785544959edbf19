import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

/** RFC 9110, section 7.6.1, and Expect, which is answered here. Transfer-Encoding stays: node:http then frames the body the same way. */
const OWN = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'expect', 'authorization'])

export interface Behind {
  /** A DICOMweb server over http; a slash at its end does not matter. */
  readonly dicomWebUrl: string
  /** What it asks for itself. Default: no Authorization. */
  readonly authorization?: string
}

export interface Counted {
  bytesIn(count: number): void
  bytesOut(count: number): void
}

/** Streams a request to another server, its target byte for byte, and the answer back. 502 where there is none. */
export async function passThrough(
  incoming: IncomingMessage,
  response: ServerResponse,
  behind: Behind,
  counted: Counted,
): Promise<void> {
  const { hostname, port } = new URL(behind.dicomWebUrl)
  const headers = withoutOwn(incoming.rawHeaders)
  if (behind.authorization !== undefined) headers.push('Authorization', behind.authorization)
  const outgoing = request({ hostname, port, method: incoming.method, path: incoming.url, headers, agent: false })
  response.on('close', () => outgoing.destroy()) // the client has gone, or has all of its answer
  incoming.on('data', (piece: Buffer) => counted.bytesIn(piece.length))
  incoming.pipe(outgoing)
  try {
    const answer = await answerTo(outgoing)
    answer.on('data', (piece: Buffer) => counted.bytesOut(piece.length))
    response.writeHead(answer.statusCode ?? 0, answer.statusMessage, withoutOwn(answer.rawHeaders))
    await pipeline(answer, response)
  } catch {
    if (response.headersSent) response.destroy()
    else response.writeHead(502).end()
  }
}

function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', resolve)
    outgoing.on('error', reject) // after the answer's head of no more use: what happens then the answer itself tells
  })
}

function withoutOwn(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => !OWN.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()))
}
