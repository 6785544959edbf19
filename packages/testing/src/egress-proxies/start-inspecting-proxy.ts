import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'
import { certificateFor } from '../certificates/certificates.ts'

export interface InspectingProxyOptions {
  /** Whose certificates it shows in the place of the servers' own. */
  readonly ca: KeyAndCertificate
  /** PEM of the CA that the servers' own certificates are from. */
  readonly serverCa: string
}

/** An egress proxy that opens TLS, as hospitals have: it reads everything, and shows certificates of its own CA. */
export interface InspectingProxy extends AsyncDisposable {
  /** http://127.0.0.1:port */
  readonly url: string
  /** host:port of each CONNECT, in order. */
  readonly tunnels: readonly string[]
  /** What it has read of what clients sent, as it came. */
  readonly seen: string
}

export async function startInspectingProxy({ ca, serverCa }: InspectingProxyOptions): Promise<InspectingProxy> {
  const tunnels: string[] = []
  const seen: Buffer[] = []
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    return socket
  }
  const inspect = async (authority: string, client: Socket): Promise<void> => {
    const { hostname, port } = new URL(`https://${authority}`)
    const shown = await certificateFor(hostname, ca)
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    const opened = keep(
      new TLSSocket(client, {
        isServer: true,
        secureContext: createSecureContext({ key: shown.key, cert: `${shown.certificate}\n${ca.certificate}` }),
      }),
    )
    const server = keep(connectTls({ host: hostname, port: Number(port || 443), ca: serverCa }))
    opened.on('data', (bytes) => seen.push(bytes))
    opened.pipe(server).pipe(opened)
    for (const [one, other] of [
      [opened, server],
      [server, opened],
    ] as const)
      one.once('close', () => other.destroy())
  }
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connection', keep)
  server.on('connect', ({ url: authority = '' }: IncomingMessage, client: Socket) => {
    tunnels.push(authority)
    inspect(authority, client).catch(() => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    get seen() {
      return Buffer.concat(seen).toString('latin1')
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
