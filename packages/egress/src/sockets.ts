import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

/** A host to connect to. */
export interface Destination {
  readonly protocol: 'https:' | 'http:'
  /** An IPv6 address without brackets. */
  readonly hostname: string
  readonly port: number
}

/** Trust and client certificate, as node:tls takes them. PEM. */
export interface TlsOptions {
  readonly ca?: string
  readonly rejectUnauthorized?: boolean
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
}

/** Where a URL leads. */
export function destinationOf({ protocol, hostname, port }: URL): Destination {
  const secure = protocol === 'https:'
  return {
    protocol: secure ? 'https:' : 'http:',
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || (secure ? 443 : 80)),
  }
}

/** A socket that is still connecting. */
export function opening(destination: Destination, tls: TlsOptions): Socket {
  const { protocol, hostname: host, port } = destination
  return protocol === 'https:' ? secured(destination, { ...tls, host, port }) : connectTcp({ host, port })
}

/** TLS to the destination, on a new TCP connection or on the `socket` of the options. HTTP/1.1 is what will be spoken. */
export function secured({ hostname }: Destination, options: ConnectionOptions): Socket {
  return connectTls({
    ...options,
    ALPNProtocols: ['http/1.1'],
    host: hostname, // what the certificate must be for
    ...(isIP(hostname) === 0 && { servername: hostname }), // RFC 6066, section 3: names alone
  })
}

/** Resolves when bytes of the application may be written. */
export function connected(socket: Socket, protocol: Destination['protocol']): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject) // and stays: between two owners an error must not be nobody's
    socket.once('close', () => reject(new Error('closed before it was connected')))
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', resolve)
  })
}
