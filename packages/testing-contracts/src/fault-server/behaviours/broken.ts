import type { Behaviour } from '../exchange.ts'
import { type Answer, bodyPieces, headOf, writeAnswer } from './wire-answer.ts'

/** Where no HTTP status line can be seen in it. */
const NOT_HTTP = Buffer.from('\u0000\u0001\u0002 this is not HTTP \r\n\r\n')

/** RST when the request is complete, before the first byte of an answer. */
export function reset(): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    exchange.reset()
  }
}

/** RST in the middle of the answer's head. */
export function resetInHead(what: Answer = {}): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    const head = headOf(what)
    await exchange.write(head.slice(0, head.length / 2))
    exchange.reset()
  }
}

/** RST after `bytes` bytes of the answer's body. Up to 64 KiB arrive for certain: RST discards what the kernel still holds. */
export function resetInBody(what: Answer, bytes: number): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    await writeAnswer(exchange, what, firstBytes(what, bytes))
    exchange.reset()
  }
}

/** FIN after `bytes` bytes of the answer's body: less than its Content-Length, or no last chunk. */
export function truncate(what: Answer, bytes: number): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    await writeAnswer(exchange, what, firstBytes(what, bytes))
    exchange.end()
  }
}

/** Bytes in the place of an HTTP answer, then FIN. */
export function garbage(bytes: Uint8Array = NOT_HTTP): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    await exchange.write(bytes)
    exchange.end()
  }
}

async function* firstBytes(what: Answer, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const piece of bodyPieces(what)) {
    yield piece.subarray(0, left)
    left -= Math.min(left, piece.length)
    if (left === 0) return
  }
}
