import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Begins an exchange when it is its connection's turn. */
export type InTurn = (response: ServerResponse, begin: () => void) => void

/**
 * One exchange after the other on each connection: answers to pipelined requests leave in order anyway (RFC 9112,
 * section 9.3.2), and one client could otherwise have the server work at any number of requests at once. What comes
 * after a connection's last answer is never begun.
 */
export function inTurn(): InTurn {
  const newest = new WeakMap<Duplex, ServerResponse>()
  return (response, begin) => {
    const { socket } = response.req
    const before = newest.get(socket)
    newest.set(socket, response)
    // An answer gets the socket when it is its turn, unless the connection ends there.
    const next = () => {
      if (response.socket && !response.socket.destroyed) begin()
    }
    if (before === undefined || before.closed) next()
    else before.once('close', next)
  }
}
