import type { Socket } from 'node:net'

/** What is done with a TCP connection before TLS or HTTP get to see it. */
export type ConnectionBehaviour = (socket: Socket) => void

/** RST as soon as it is accepted. */
export const resetConnection: ConnectionBehaviour = (socket) => {
  socket.resetAndDestroy()
}

/** Accepted, and never a byte: no TLS handshake, no answer. */
export const hangConnection: ConnectionBehaviour = (socket) => {
  socket.resume()
}

/** Bytes that are neither a TLS record nor HTTP, at the first byte of the client; then FIN. */
export const garbageConnection: ConnectionBehaviour = (socket) => {
  socket.once('data', () => socket.end('\u0000\u0001\u0002 neither TLS nor HTTP \r\n\r\n'))
}
