import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '@orthanc-oauth/core'
import type { buildConnector } from 'undici'
import { CONNECT_LIMIT } from './limits.ts'
import type { TlsTrust } from './trust.ts'

/**
 * undici's way to a socket, with a limit by our clock (undici's own is up to a second late) and HTTP/1.1 alone, which
 * is enough for one request.
 *
 * @param opened told of each socket, also of those that never connect
 */
export function connector(trust: TlsTrust, clock: Clock, opened: (socket: Socket) => void): buildConnector.connector {
  return ({ protocol, hostname, port }, callback) => {
    const secure = protocol === 'https:'
    const socket = secure
      ? connectTls({
          ...trust,
          host: hostname,
          port: Number(port || 443),
          ALPNProtocols: ['http/1.1'],
          ...(isIP(hostname) === 0 && { servername: hostname }), // RFC 6066, section 3: names alone
        })
      : connectTcp({ host: hostname, port: Number(port || 80) })
    opened(socket)
    const cancel = clock.setTimer(() => socket.destroy(new ConnectTimeout()), CONNECT_LIMIT)
    const fail = (error: Error) => callback(error, null)
    socket.once('error', fail)
    socket.once('close', cancel)
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      cancel()
      socket.off('error', fail)
      callback(null, socket)
    })
  }
}

/** What was to be connected to is known to whoever asked for it. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout'
}
