import type { Socket } from 'node:net'
import { ByteReader } from './byte-reader.ts'
import { type Behaviour, Exchange } from './exchange.ts'
import { readHead } from './read-head.ts'
import { SeenRequest } from './seen-request.ts'

export interface ConnectionParts {
  /** Where plain bytes go in and out. */
  readonly socket: Socket
  /** The TCP socket below TLS; the same where there is no TLS. */
  readonly tcp: Socket
  /** The first is 1. */
  readonly number: number
  readonly connectTarget: () => Promise<Socket>
  readonly onBytes: (count: number) => void
  /** Notes a request and says what to do with it. */
  readonly onRequest: (request: SeenRequest) => Behaviour
}

/**
 * Serves one connection, request by request, until either side ends it.
 *
 * @throws MalformedRequest, and what a behaviour threw while the client was still there
 */
export async function serveConnection(parts: ConnectionParts): Promise<void> {
  const { socket, tcp } = parts
  const gone = new AbortController()
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const leave = () => gone.abort()
  for (const event of ['end', 'error', 'close']) socket.on(event, leave)
  const reader = new ByteReader(socket, parts.onBytes)
  const upstream = onlyOnce(() => connectUpstream(parts, gone.signal))
  const reset = () => tcp.resetAndDestroy()
  let request: SeenRequest | undefined
  try {
    for (let head = await readHead(reader); head !== undefined; head = await readHead(reader)) {
      request = new SeenRequest(head.line, {
        headers: head.headers,
        head: head.bytes,
        connection: parts.number,
        closed,
      })
      const exchange = new Exchange({ request, reader, socket, reset, gone: gone.signal, upstream })
      await parts.onRequest(request)(exchange)
      if (socket.destroyed || socket.writableEnded) break
      await exchange.skipBody()
    }
  } catch (error) {
    if (!gone.signal.aborted && !socket.destroyed) throw error
  } finally {
    request?.bodyEnded(false)
    socket.end()
  }
}

/** Answers go back as they come: no framing is looked at, so none can be repaired. A target that fails is passed on as RST. */
async function connectUpstream({ connectTarget, socket, tcp }: ConnectionParts, gone: AbortSignal): Promise<Socket> {
  try {
    const upstream = await connectTarget()
    upstream.on('error', () => tcp.resetAndDestroy())
    upstream.pipe(socket)
    if (gone.aborted) upstream.destroy()
    gone.addEventListener('abort', () => upstream.destroy())
    return upstream
  } catch (error) {
    tcp.resetAndDestroy()
    throw error
  }
}

function onlyOnce<T>(run: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined
  return () => {
    promise ??= run()
    return promise
  }
}
