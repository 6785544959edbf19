import type { Socket } from 'node:net'
import type { Clock, Secret } from '@orthanc-oauth/core'
import type { buildConnector } from 'undici'
import { dial } from './dial.ts'
import { CONNECT_LIMIT } from './limits.ts'
import { proxyFor } from './proxy-for.ts'
import { destinationOf, type TlsOptions } from './sockets.ts'

/**
 * undici's way to a socket: through the proxy that is to be used, with a limit by our clock (undici's own is up to a
 * second late), and HTTP/1.1 alone, which is enough for one request.
 *
 * @param opened told of each socket, also of those that never connect
 */
export function connector(
  { tls, proxy }: { readonly tls: TlsOptions; readonly proxy: Secret | undefined },
  clock: Clock,
  opened: (socket: Socket) => void,
): buildConnector.connector {
  const connect = async (url: URL): Promise<Socket> =>
    dial(destinationOf(url), { proxy: proxyFor(url, proxy), tls, clock, limit: CONNECT_LIMIT, opened })
  return ({ protocol, hostname, port }, callback) => {
    const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname
    connect(new URL(`${protocol}//${host}:${port || (protocol === 'https:' ? 443 : 80)}`)).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    )
  }
}
