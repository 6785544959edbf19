import { STATUS_CODES } from 'node:http'
import type { Exchange } from '../exchange.ts'

/** Bytes made while they are sent, each time anew, so that none of any size is held. */
export interface GeneratedBody {
  /** Bytes; without it the framing is chunked. */
  readonly length?: number
  pieces(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Written as it is given: nothing is checked, escaped or added but the framing and, for 1xx to 5xx, the reason phrase. */
export interface Answer {
  /** Default 200. */
  readonly status?: number
  /** A list repeats the field. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Default: empty. */
  readonly body?: string | Uint8Array | GeneratedBody
  /** Content-Length, Transfer-Encoding: chunked, or the end of the connection. Default: length where it is known, else chunked. */
  readonly framing?: 'length' | 'chunked' | 'close'
}

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

const LAST_CHUNK = '0\r\n\r\n'

/** The body before framing. */
export function bodyPieces({ body = '' }: Answer): Pieces {
  if (typeof body === 'string') return [Buffer.from(body)]
  return body instanceof Uint8Array ? [body] : body.pieces()
}

/** Writes head and body, but leaves the last chunk and the end of the connection to `endAnswer`. */
export async function writeAnswer(
  exchange: Exchange,
  answer: Answer,
  pieces: Pieces = bodyPieces(answer),
): Promise<void> {
  await exchange.write(headOf(answer))
  if (!hasBody(exchange, answer)) return
  for await (const piece of pieces) {
    if (piece.length === 0) continue
    if (framingOf(answer) === 'chunked') await exchange.write(`${piece.length.toString(16)}\r\n`)
    await exchange.write(piece)
    if (framingOf(answer) === 'chunked') await exchange.write('\r\n')
  }
}

/** The clean end of an answer: the last chunk, and FIN where one of both sides wants the connection closed. */
export async function endAnswer(exchange: Exchange, answer: Answer): Promise<void> {
  if (framingOf(answer) === 'chunked' && hasBody(exchange, answer)) await exchange.write(LAST_CHUNK)
  const wished = [...exchange.request.values('connection'), ...valuesOf(answer, 'connection')]
  if (framingOf(answer) === 'close' || wished.some((value) => value.toLowerCase() === 'close')) exchange.end()
}

/** Status line, fields and the field of the framing, up to and with the empty line. */
export function headOf(answer: Answer): string {
  const { status = 200, headers = {} } = answer
  const lines = Object.keys(headers).flatMap((name) => valuesOf(answer, name).map((value) => `${name}: ${value}\r\n`))
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}${framingField(answer)}\r\n`
}

function framingField(answer: Answer): string {
  switch (framingOf(answer)) {
    case 'length':
      return `Content-Length: ${lengthOf(answer) ?? 0}\r\n`
    case 'chunked':
      return 'Transfer-Encoding: chunked\r\n'
    case 'close':
      return 'Connection: close\r\n'
  }
}

function framingOf(answer: Answer): 'length' | 'chunked' | 'close' {
  return answer.framing ?? (lengthOf(answer) === undefined ? 'chunked' : 'length')
}

function lengthOf({ body = '' }: Answer): number | undefined {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length
}

function valuesOf({ headers = {} }: Answer, name: string): readonly string[] {
  return Object.entries(headers)
    .filter(([field]) => field.toLowerCase() === name.toLowerCase())
    .flatMap(([, value]) => value)
}

/** RFC 9110, section 6.4.1. */
function hasBody({ request }: Exchange, { status = 200 }: Answer): boolean {
  return request.method !== 'HEAD' && status !== 204 && status !== 304
}
