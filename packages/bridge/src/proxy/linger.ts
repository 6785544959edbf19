import type { Clock } from '@orthanc-oauth/core'
import type { ReplayableBody } from './replayable-body.ts'

/**
 * Milliseconds for which an answered request's body is still taken from the client: 5 s, as nginx does. Closing with
 * unread bytes would reset the connection, and the client would see that instead of its answer.
 */
const LINGER = 5_000

/** Takes what is left of a body whose request has been answered, and drops it. Resolves at its end, or when that takes too long. */
export function linger(body: ReplayableBody, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.setTimer(resolve, LINGER)
    body
      .discard()
      .catch(() => undefined) // the client has gone: nothing is left to take
      .finally(() => {
        cancel()
        resolve()
      })
  })
}
