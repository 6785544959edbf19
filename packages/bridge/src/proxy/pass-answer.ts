import type { ServerResponse } from 'node:http'
import { type Attempt, drained } from './attempt.ts'
import type { Fields } from './fields.ts'

/**
 * Streams an answer to the client as fast as the client takes it.
 *
 * Where the answer breaks off, so does the client's connection, by a reset: an answer without a length would otherwise
 * end like a complete one, and half a study would be taken for a whole.
 */
export async function passAnswer(attempt: Attempt, fields: Fields, client: ServerResponse): Promise<void> {
  const { answer } = attempt
  client.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', [...fields])
  client.flushHeaders()
  try {
    for await (const chunk of answer) {
      if (!client.write(chunk)) await drained(client)
      if (client.destroyed) return
    }
  } catch {
    return breakOff(client)
  }
  if (attempt.complete) client.end()
  else breakOff(client)
}

/** Ends the client's connection so that nobody can take it for the end of an answer. */
export function breakOff(client: ServerResponse): void {
  // Of the request, because a pipelined answer has no socket before its turn.
  client.req.socket.resetAndDestroy()
}
