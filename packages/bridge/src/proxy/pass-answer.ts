import type { ServerResponse } from 'node:http'
import type { Attempt } from './attempt.ts'
import { drained } from './drained.ts'
import { type Fields, fieldsWhere } from './fields.ts'

/** What node:http's parser lets through in a reason phrase, and node:http then refuses to send (RFC 9112, section 4). */
const NOT_IN_REASON = /[^\t\x20-\x7e\x80-\xff]/

/**
 * Streams an answer to the client as fast as the client takes it, all but its end.
 *
 * Where the answer breaks off, so does the client's connection, by a reset: an answer without a length would otherwise
 * end like a complete one, and half a study would be taken for a whole. For the same reason good news has no end before
 * the body has been sent, however early it came.
 *
 * @returns whether the end may follow; false: the client's connection is gone
 */
export async function passAnswer(attempt: Attempt, fields: Fields, client: ServerResponse): Promise<boolean> {
  const { answer } = attempt
  const { statusCode: status = 0, statusMessage: reason = '' } = answer
  const isEarly = status < 300 && !attempt.isSent
  const endsWithHead = client.req.method === 'HEAD' || status === 204
  if (isEarly && endsWithHead && !(await attempt.sent)) return brokenOff(client)
  // A length would let the client see the end in the last byte.
  const framed =
    isEarly && !endsWithHead ? fieldsWhere(fields, (name) => name.toLowerCase() !== 'content-length') : fields
  client.writeHead(status, NOT_IN_REASON.test(reason) ? '' : reason, [...framed])
  client.flushHeaders()
  try {
    for await (const chunk of answer) {
      if (!client.write(chunk)) await drained(client)
      if (client.destroyed) return false
    }
  } catch {
    return brokenOff(client)
  }
  if (!attempt.complete) return brokenOff(client)
  return status >= 300 || (await attempt.sent) || brokenOff(client)
}

function brokenOff(client: ServerResponse): false {
  breakOff(client)
  return false
}

/** Ends the client's connection so that nobody can take it for the end of an answer. */
export function breakOff(client: ServerResponse): void {
  // Of the request, because an answer whose connection has ended has no socket.
  client.req.socket.resetAndDestroy()
}
