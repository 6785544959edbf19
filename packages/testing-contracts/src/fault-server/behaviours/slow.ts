import { setTimeout as sleep } from 'node:timers/promises'
import type { Behaviour } from '../exchange.ts'
import { type Answer, bodyPieces, endAnswer, writeAnswer } from './wire-answer.ts'

/** Milliseconds between the head of the request and anything else. */
export function delay(ms: number, behaviour: Behaviour): Behaviour {
  return async (exchange) => {
    await sleep(ms, undefined, { signal: exchange.gone })
    await behaviour(exchange)
  }
}

/** The head at once, then the body, `bytes` bytes every `interval` milliseconds. */
export function drip(what: Answer, { bytes, interval }: { bytes: number; interval: number }): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    await writeAnswer(exchange, what, dripping(what, bytes, interval, exchange.gone))
    await endAnswer(exchange, what)
  }
}

async function* dripping(
  what: Answer,
  bytes: number,
  interval: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const piece of bodyPieces(what)) {
    for (let start = 0; start < piece.length; start += bytes) {
      await sleep(interval, undefined, { signal })
      yield piece.subarray(start, start + bytes)
    }
  }
}

/** Accepts and never answers. Reads the body, unless told not to: then its client feels the full buffers. */
export function hang({ readBody = true }: { readBody?: boolean } = {}): Behaviour {
  return async (exchange) => {
    if (readBody) await exchange.readBody()
    await exchange.untilGone()
  }
}

/** As a server that does not know RFC 9110, section 10.1.1: no 100, and the body is waited for. */
export function withoutContinue(behaviour: Behaviour): Behaviour {
  return (exchange) => {
    exchange.ignoreExpect()
    return behaviour(exchange)
  }
}
