import type { Socket } from 'node:net'
import type { Clock } from '@orthanc-oauth/core'
import { ConnectTimeout } from './connect-timeout.ts'
import { connected, type Destination, opening, secured, type TlsOptions } from './sockets.ts'
import { tunnel } from './tunnel.ts'

export interface DialOptions {
  /** Connect through this one, by CONNECT (RFC 9110, section 9.3.6), also to plain http. */
  readonly proxy?: URL | undefined
  /** Trust and client certificate of the connection to the destination; the trust is that of an https proxy too. */
  readonly tls: TlsOptions
  readonly clock: Clock
  /** Milliseconds for all of it: names, TCP, proxy, TLS. */
  readonly limit: number
  /** Told of each socket, also of those that never connect. */
  readonly opened?: ((socket: Socket) => void) | undefined
}

/**
 * Opens a connection, directly or through a proxy: TCP, with TLS on it for https.
 *
 * @throws ConnectTimeout after the limit, ProxyError where the proxy is at fault, else what node:net and node:tls say
 */
export async function dial(destination: Destination, options: DialOptions): Promise<Socket> {
  const { proxy, tls, clock, limit, opened } = options
  const sockets: Socket[] = []
  const open = (socket: Socket): Socket => {
    sockets.push(socket)
    opened?.(socket)
    return socket
  }
  const late = new ConnectTimeout(limit)
  const cancel = clock.setTimer(() => {
    for (const socket of sockets) socket.destroy(late)
  }, limit)
  try {
    const through = proxy && (await tunnel(proxy, destination, tls, open))
    if (through !== undefined && destination.protocol === 'http:') return through
    const socket = open(through ? secured(destination, { ...tls, socket: through }) : opening(destination, tls))
    await connected(socket, destination.protocol)
    return socket
  } catch (error) {
    for (const socket of sockets) socket.destroy()
    throw error
  } finally {
    cancel()
  }
}
