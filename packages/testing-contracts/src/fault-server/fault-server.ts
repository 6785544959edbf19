import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { answer } from './behaviours/answer.ts'
import { pass } from './behaviours/pass.ts'
import { connectTarget } from './connect-target.ts'
import { serveConnection } from './connection.ts'
import type { ConnectionBehaviour } from './connection-behaviours.ts'
import type { Behaviour } from './exchange.ts'
import type { KeyAndCertificate } from './key-and-certificate.ts'
import { MalformedRequest } from './read-head.ts'
import { RequestLog } from './request-log.ts'
import { Script } from './script.ts'
import type { SeenRequest } from './seen-request.ts'

export interface FaultServerOptions {
  /**
   * URL of any other server, of which the origin counts: where `pass` sends requests. With it the default behaviour is
   * `pass`, without it an empty 200.
   */
  readonly target?: string
  /** With it the server speaks TLS; what is wrong with the certificate is the caller's choice. */
  readonly tls?: KeyAndCertificate
}

/** A raw HTTP/1.1 server that does to each request what a test says. It shares no code with what it checks. */
export class FaultServer implements AsyncDisposable {
  /** http(s)://127.0.0.1:port, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly #server: Server
  readonly #target: URL | undefined
  readonly #secureContext: SecureContext | undefined
  readonly #script: Script
  readonly #connectionScript: ConnectionBehaviour[] = []
  readonly #log = new RequestLog()
  readonly #open = new Set<Socket>()
  readonly #errors: unknown[] = []
  #connections = 0
  #bytesReceived = 0
  #malformed = 0

  /** For startFaultServer alone: `server` listens already. */
  constructor(server: Server, { target, tls }: FaultServerOptions) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    this.url = `${tls ? 'https' : 'http'}://127.0.0.1:${this.port}`
    this.#target = target === undefined ? undefined : new URL(target)
    this.#secureContext = tls && createSecureContext({ key: tls.key, cert: tls.certificate })
    this.#script = new Script(target === undefined ? answer() : pass)
    server.on('connection', (socket) => this.#accept(socket))
  }

  /** One behaviour each for the next requests. */
  next(...behaviours: Behaviour[]): void {
    this.#script.next(behaviours)
  }

  /** As `next`, for requests to one path, as it is written in the request without its query; looked at first. */
  nextAt(path: string, ...behaviours: Behaviour[]): void {
    this.#script.nextAt(path, behaviours)
  }

  /** For every request that nothing is queued for. */
  always(behaviour: Behaviour): void {
    this.#script.always(behaviour)
  }

  /** One each for the next connections, before TLS and HTTP. */
  nextConnections(...behaviours: ConnectionBehaviour[]): void {
    this.#connectionScript.push(...behaviours)
  }

  /** In the order in which their heads were complete. */
  get requests(): readonly SeenRequest[] {
    return this.#log.requests
  }

  /** Resolves with all requests when `count` have come since the start. @throws when the server is closed before */
  seen(count: number): Promise<readonly SeenRequest[]> {
    return this.#log.seen(count)
  }

  /** TCP connections accepted so far. */
  get connections(): number {
    return this.#connections
  }

  /** Of HTTP, inside TLS where there is TLS: 0 says that nothing at all was sent. */
  get bytesReceived(): number {
    return this.#bytesReceived
  }

  /** Connections that sent what is no HTTP/1 request. */
  get malformed(): number {
    return this.#malformed
  }

  /** Closes every connection. @throws what a test's own behaviour threw */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
    await closed
    this.#log.close()
    if (this.#errors.length > 0) throw new AggregateError(this.#errors, 'A behaviour of the fault server threw')
  }

  #accept(tcp: Socket): void {
    this.#connections += 1
    this.#open.add(tcp)
    tcp.once('close', () => this.#open.delete(tcp))
    tcp.on('error', () => {}) // a client that resets is nothing that a test server complains of
    const behaviour = this.#connectionScript.shift()
    if (behaviour) behaviour(tcp)
    else if (this.#secureContext) this.#secure(tcp, this.#secureContext, this.#connections)
    else this.#serve(tcp, tcp, this.#connections)
  }

  #secure(tcp: Socket, secureContext: SecureContext, number: number): void {
    const secured = new TLSSocket(tcp, { isServer: true, secureContext })
    secured.on('error', () => tcp.destroy()) // the client did not like the certificate: what such a test is about
    secured.once('secure', () => this.#serve(secured, tcp, number))
  }

  #serve(socket: Socket, tcp: Socket, number: number): void {
    const served = serveConnection({
      socket,
      tcp,
      number,
      connectTarget: () => connectTarget(this.#target),
      onBytes: (count) => {
        this.#bytesReceived += count
      },
      onRequest: (request) => {
        this.#log.add(request)
        return this.#script.take(request)
      },
    })
    served.catch((error: unknown) => {
      if (error instanceof MalformedRequest) this.#malformed += 1
      else this.#errors.push(error)
      tcp.destroy()
    })
  }
}

/** Listens on a free port of 127.0.0.1. */
export async function startFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new FaultServer(server, options)
}
