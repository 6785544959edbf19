import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Behaviour } from '../exchange.ts'
import { answer } from './answer.ts'
import type { Answer } from './wire-answer.ts'

/** As large as node's own reads of a file. */
const PIECE = Buffer.alloc(64 * 1024, ' ')

/** `bytes` spaces, valid padding of JSON and HTML; made while sent. */
export function huge(bytes: number, what: Omit<Answer, 'body'> = {}): Behaviour {
  return answer({ ...what, body: { length: bytes, pieces: () => spaces(bytes) } })
}

/** `bytes` spaces, compressed a thousandfold by gzip. */
export function compressedBomb(bytes: number, what: Omit<Answer, 'body'> = {}): Behaviour {
  return answer({
    ...what,
    headers: { 'content-type': 'application/json', ...what.headers, 'content-encoding': 'gzip' },
    body: { pieces: () => Readable.from(spaces(bytes)).pipe(createGzip()) },
  })
}

function* spaces(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= PIECE.length) yield PIECE.subarray(0, left)
}
