import type { IncomingMessage } from 'node:http'
import type { Clock } from '@orthanc-oauth/core'
import type { ReplayableBody } from './replayable-body.ts'

/**
 * Milliseconds for which an answered request's body is still taken from the client: 5 s, as nginx does. Closing with
 * unread bytes would reset the connection, and the client would see that instead of its answer.
 */
const LINGER = 5_000

/** Takes what is left of a body whose request has been answered, for a while, and drops it. */
export function linger(request: IncomingMessage, body: ReplayableBody, clock: Clock): void {
  if (body.ended) return
  const cancel = clock.setTimer(() => request.destroy(), LINGER)
  body
    .discard()
    .catch(() => undefined) // the client has gone: nothing is left to take
    .finally(cancel)
}
