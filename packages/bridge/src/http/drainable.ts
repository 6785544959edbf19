import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '@orthanc-oauth/core'

/** A server that can be ended without cutting an exchange short. */
export interface Drainable {
  /**
   * Accepts no more connections, lets the exchanges under way end, and cuts off those that last longer than `limit`
   * milliseconds, by a reset: nobody may take that for their end. Resolves when every connection is closed.
   *
   * @returns how many connections were cut off
   */
  drain(limit: number): Promise<number>
}

/** To be called before the server listens. */
export function drainable(server: Server, clock: Clock): Drainable {
  const sockets = new Set<Socket>()
  let draining = false
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // close() closes the connections that are idle then; those that become so later are ours to close.
  const closeAfter = (_request: unknown, response: ServerResponse) =>
    response.once('close', () => {
      if (draining) server.closeIdleConnections()
    })
  server.on('request', closeAfter).on('checkContinue', closeAfter)
  return {
    async drain(limit) {
      draining = true
      let cut = 0
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      const cancel = clock.setTimer(() => {
        cut = sockets.size
        for (const socket of sockets) socket.resetAndDestroy()
      }, limit)
      await closed
      cancel()
      return cut
    },
  }
}
