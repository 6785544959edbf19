import type { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@orthanc-oauth/core'
import type { BasicGate } from '../http/basic-gate.ts'
import { admit } from './admission.ts'
import { inTurn } from './in-turn.ts'
import { linger } from './linger.ts'
import { breakOff } from './pass-answer.ts'
import type { ProxiedServer } from './proxied-server.ts'
import type { ProxyEvents } from './proxy-events.ts'
import { ownError, refuse } from './refuse.ts'
import { ReplayableBody } from './replayable-body.ts'
import { keptBytes, serveExchange } from './serve-exchange.ts'
import { upstreamLimits } from './upstream-limits.ts'

export interface DataServerOptions {
  /** By name. */
  readonly servers: ReadonlyMap<string, ProxiedServer>
  readonly gate: BasicGate
  readonly events: EventEmitter<ProxyEvents>
  readonly clock: Clock
  /** Milliseconds without a byte in either direction. Default: 10 s more than the server has, so that its silence is answered. */
  readonly idle?: number
}

/** Milliseconds for a whole head to arrive: 60 s, node:http's own default, said here because it is the only total limit. */
const HEAD_LIMIT = 60_000
/** Bytes of a head: 16 KiB, node:http's own default. */
const HEAD_SIZE = 16 * 2 ** 10
/** Milliseconds that an idle connection is kept for its client: longer than clients keep theirs, so that they close first. */
const KEEP_ALIVE = 65_000
const IDLE = upstreamLimits.idle + 10_000

/** The streaming reverse proxy, unbound. Strict parser, idle limits and none on the whole of a request. */
export function createDataServer({ servers, gate, events, clock, idle = IDLE }: DataServerOptions): Server {
  const server = createServer({
    insecureHTTPParser: false,
    maxHeaderSize: HEAD_SIZE,
    headersTimeout: HEAD_LIMIT,
    requestTimeout: 0, // Node's 300 s would cut an upload after five minutes
    keepAliveTimeout: KEEP_ALIVE,
    keepAlive: true,
  })
  server.timeout = idle
  server.on('timeout', (socket) => socket.resetAndDestroy())

  const serve = async (request: IncomingMessage, response: ServerResponse, onWanted: () => void) => {
    const gone = new AbortController()
    const begun = clock.monotonic()
    let name: string | undefined
    const { socket } = request
    response.once('close', () => {
      if (!response.writableFinished) gone.abort()
      events.emit('exchange', {
        server: name,
        method: request.method ?? '',
        status: response.headersSent ? response.statusCode : undefined,
        complete: response.writableFinished,
        duration: clock.monotonic() - begun,
      })
    })
    let body = new ReplayableBody(request, { onWanted })
    try {
      const admission = await admit(request, gate, servers)
      if ('status' in admission) {
        if (admission.status === 401) events.emit('unauthorized', { address: socket.remoteAddress ?? '' })
        return refuse(response, admission.status, admission.error, admission.fields)
      }
      name = admission.server.name
      body = new ReplayableBody(request, { onWanted, limit: keptBytes(admission.server) })
      await serveExchange({ ...admission, request, response, body, signal: gone.signal, events, clock })
    } catch (error) {
      const unexpected = ownError(error)
      events.emit('failed', { server: name ?? '', error: unexpected })
      if (response.headersSent) return breakOff(response)
      response.statusMessage = '' // of an answer that could not be sent
      refuse(response, 500, unexpected.message)
    } finally {
      if (!body.ended)
        void linger(body, clock).then(() => {
          if (!body.ended) request.destroy()
        })
    }
  }
  const turn = inTurn()
  const begin = (request: IncomingMessage, response: ServerResponse, onWanted: () => void) =>
    // Nothing that one exchange meets may end the process, and with it all the others.
    turn(response, () => void serve(request, response, onWanted).catch(() => breakOff(response)))
  server.on('request', (request, response) => begin(request, response, () => {}))
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    begin(request, response, () => {
      if (!response.headersSent) response.writeContinue()
    }),
  )
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    gate.admits(request.headers.authorization).then(
      (admitted) => refuseTunnel(socket, admitted ? 405 : 401),
      () => socket.destroy(),
    )
  })
  return server
}

/** CONNECT never becomes a tunnel (RFC 9110, section 9.3.6). */
function refuseTunnel(socket: Duplex, status: 401 | 405): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
