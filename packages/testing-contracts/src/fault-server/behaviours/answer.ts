import type { Behaviour } from '../exchange.ts'
import { type Answer, endAnswer, writeAnswer } from './wire-answer.ts'

/** Reads the body, then answers. The connection stays open unless one of both sides says `Connection: close`. */
export function answer(what: Answer = {}): Behaviour {
  return async (exchange) => {
    await exchange.readBody()
    await writeAnswer(exchange, what)
    await endAnswer(exchange, what)
  }
}

export function json(value: unknown, what: Omit<Answer, 'body'> = {}): Behaviour {
  return answer({
    ...what,
    headers: { 'content-type': 'application/json', ...what.headers },
    body: JSON.stringify(value),
  })
}

export function redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 302): Behaviour {
  return answer({ status, headers: { location } })
}

/**
 * Answers when at least `readFirst` bytes of the body have come (default 0: on the head alone), then closes without
 * reading further, or goes on reading.
 */
export function earlyAnswer(
  what: Answer,
  { afterwards, readFirst = 0 }: { afterwards: 'close' | 'read'; readFirst?: number },
): Behaviour {
  return async (exchange) => {
    await exchange.readBody(readFirst)
    exchange.ignoreExpect()
    await writeAnswer(exchange, what)
    await endAnswer(exchange, what)
    if (afterwards === 'close') exchange.close()
    else await exchange.readBody()
  }
}
