import { request } from 'node:http'
import { isIPv6, type Socket } from 'node:net'
import { ConnectTimeout } from './connect-timeout.ts'
import { ProxyError } from './proxy-error.ts'
import { connected, type Destination, destinationOf, opening, type TlsOptions } from './sockets.ts'

/**
 * Asks a proxy for a connection to the destination (CONNECT, RFC 9110, section 9.3.6).
 *
 * @param tls of which the proxy's own TLS has the trust alone: the client certificate is for the destination
 * @param open told of the socket to the proxy as soon as there is one
 * @throws ProxyError where the proxy cannot be reached, does not answer as one, or refuses; ConnectTimeout as it is
 */
export async function tunnel(
  proxy: URL,
  { hostname, port }: Destination,
  { ca, rejectUnauthorized }: TlsOptions,
  open: (socket: Socket) => Socket,
): Promise<Socket> {
  const hop = destinationOf(proxy)
  const socket = open(
    opening(hop, { ...(ca !== undefined && { ca }), ...(rejectUnauthorized !== undefined && { rejectUnauthorized }) }),
  )
  try {
    await connected(socket, hop.protocol)
    return await asked(socket, `${isIPv6(hostname) ? `[${hostname}]` : hostname}:${port}`, proxy)
  } catch (cause) {
    if (cause instanceof ConnectTimeout || cause instanceof ProxyError) throw cause
    throw new ProxyError(proxy, { cause })
  }
}

function asked(hop: Socket, authority: string, proxy: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const connect = request({
      createConnection: () => hop,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...credentials(proxy) },
    })
    connect.once('connect', ({ statusCode: status = 0 }, socket: Socket, head) => {
      if (status < 200 || status > 299) return reject(new ProxyError(proxy, { status }))
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    connect.once('error', reject)
    connect.once('close', () => reject(new Error('closed before an answer')))
    connect.end()
  })
}

/** RFC 7617, of a URL's user and password as they were before they were encoded. */
function credentials({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}
