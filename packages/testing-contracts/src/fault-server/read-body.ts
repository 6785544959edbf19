import type { ByteReader } from './byte-reader.ts'
import { MalformedRequest, readFields } from './read-head.ts'
import type { SeenRequest } from './seen-request.ts'

/** A piece of a body: as it came, and without its framing. */
export interface BodyPiece {
  readonly raw: Buffer
  readonly content: Buffer
}

const NOTHING = Buffer.alloc(0)

/** The body of a request in pieces, noted in the request as they are taken (RFC 9112, section 6). Ends early where the connection does. */
export async function* readBody(reader: ByteReader, request: SeenRequest): AsyncGenerator<BodyPiece, void, void> {
  const chunked = request.values('transfer-encoding').some((value) => /\bchunked$/i.test(value))
  yield* chunked ? readChunked(reader, request) : readLength(reader, request)
}

async function* readLength(reader: ByteReader, request: SeenRequest): AsyncGenerator<BodyPiece, void, void> {
  let left = Number(request.values('content-length')[0] ?? 0)
  while (left > 0) {
    const content = await reader.read(left)
    if (content === undefined) return request.bodyEnded(false)
    left -= content.length
    request.tookBody(content)
    if (left === 0) request.bodyEnded(true)
    yield { raw: content, content }
  }
  request.bodyEnded(true)
}

async function* readChunked(reader: ByteReader, request: SeenRequest): AsyncGenerator<BodyPiece, void, void> {
  for (;;) {
    const size = await reader.readLine()
    if (size === undefined) return request.bodyEnded(false)
    let left = Number.parseInt(size.toString('latin1'), 16)
    if (Number.isNaN(left)) throw new MalformedRequest('Not a chunk size')
    if (left === 0) {
      const trailers = await readFields(reader)
      request.bodyEnded(trailers !== undefined, trailers?.fields)
      if (trailers !== undefined) yield { raw: Buffer.concat([size, trailers.bytes]), content: NOTHING }
      return
    }
    yield { raw: size, content: NOTHING }
    while (left > 0) {
      const content = await reader.read(left)
      if (content === undefined) return request.bodyEnded(false)
      left -= content.length
      request.tookBody(content)
      yield { raw: content, content }
    }
    const lineEnd = await reader.readLine()
    if (lineEnd === undefined) return request.bodyEnded(false)
    yield { raw: lineEnd, content: NOTHING }
  }
}
