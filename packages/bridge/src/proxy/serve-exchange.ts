import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Authorization, type Clock, OrthancOAuthError } from '@orthanc-oauth/core'
import { fieldsForClient } from './answer-for-client.ts'
import type { Attempt } from './attempt.ts'
import { targetAt } from './base-url.ts'
import { type Forwarding, forward, requestHead } from './forward.ts'
import { type BodyLength, bodyLength } from './framing.ts'
import { requestFields } from './header-rules.ts'
import { linger } from './linger.ts'
import { passAnswer } from './pass-answer.ts'
import type { ProxiedServer } from './proxied-server.ts'
import type { ProxyEvents } from './proxy-events.ts'
import { refuse, refuseUnanswered, refuseUnauthorised } from './refuse.ts'
import { REPLAY_LIMIT, type ReplayableBody } from './replayable-body.ts'
import { upstreamError } from './upstream-error.ts'

/** A request that was admitted. */
export interface Exchange {
  readonly server: ProxiedServer
  /** The server's name as the client wrote it. */
  readonly segment: string
  /** What follows it, byte for byte. */
  readonly rest: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: ReplayableBody
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
  readonly events: EventEmitter<ProxyEvents>
  readonly clock: Clock
}

/** Bytes of a body that must be known before its head is sent, because the head signs it: 64 MiB, in memory. */
const DIGEST_LIMIT = 64 * 2 ** 20

/** How much of a body is kept for this server. */
export function keptBytes({ authorizer }: ProxiedServer): number {
  return authorizer.body === 'digest' ? DIGEST_LIMIT : REPLAY_LIMIT
}

/** Authorises, sends and passes the answer on. Whatever fails is answered; nothing is sent before it is authorised. */
export async function serveExchange(exchange: Exchange): Promise<void> {
  const { server, request, response, body, segment, signal, events, clock } = exchange
  const measured = await measure(exchange)
  if (measured === undefined) return
  const forwarding: Forwarding = {
    server,
    method: request.method ?? '',
    target: targetAt(server.upstream.base, exchange.rest),
    fields: requestFields(request.rawHeaders, server.configuredFields()),
    body,
    signal,
    ...measured,
  }
  const authorization = await authorize(forwarding, exchange)
  if (authorization === undefined) return
  const attempt = await send(forwarding, authorization, exchange)
  if (attempt === undefined) return
  const status = attempt.answer.statusCode ?? 0
  const isRefusal = status >= 300
  const cutsShort = isRefusal && measured.framing.present && !body.ended
  let whole = false
  try {
    events.emit('answered', { server: server.name, status })
    // More of the body would not change a refusal, and a server that has answered may have stopped reading.
    if (isRefusal) attempt.stopSending()
    const fields = fieldsForClient(attempt.answer, forwarding, segment)
    whole = await passAnswer(attempt, cutsShort ? [...fields, 'Connection', 'close'] : fields, response)
  } catch (error) {
    if (response.headersSent || !(error instanceof OrthancOAuthError)) throw error
    refuseUnanswered(response, failure(exchange, error))
  } finally {
    attempt.release()
  }
  if (!whole) return
  // The end closes the connection.
  if (cutsShort) await linger(body, clock)
  response.end()
}

/** What the authorizer must know of the body; undefined where that cannot be had, and the client has been told. */
async function measure({
  server,
  request,
  response,
  body,
}: Exchange): Promise<{ framing: BodyLength; sha256?: Uint8Array } | undefined> {
  const framing = bodyLength(request)
  switch (server.authorizer.body) {
    case 'nothing':
      return { framing }
    case 'length':
      if (framing.length !== undefined) return { framing }
      refuse(response, 411, 'Requests to this server are signed with their length: send a Content-Length')
      return undefined
    case 'digest': {
      const held = (framing.length ?? 0) <= DIGEST_LIMIT ? await body.hold() : undefined
      if (held !== undefined) return { framing: { ...framing, length: held.length }, sha256: held.sha256 }
      refuse(response, 413, 'Requests to this server are signed with their digest, up to 64 MiB: send smaller ones')
      return undefined
    }
  }
}

async function authorize(forwarding: Forwarding, exchange: Exchange): Promise<Authorization | undefined> {
  const { server, response, signal, events } = exchange
  try {
    return await server.authorizer.authorize(requestHead(forwarding), { signal })
  } catch (error) {
    if (!signal.aborted)
      events.emit('withoutToken', { server: server.name, error: refuseUnauthorised(response, error) })
    return undefined
  }
}

async function send(
  forwarding: Forwarding,
  authorization: Authorization,
  exchange: Exchange,
): Promise<Attempt | undefined> {
  const { server, response, signal } = exchange
  try {
    return await forward(forwarding, authorization)
  } catch (error) {
    if (signal.aborted) return undefined
    const known =
      error instanceof OrthancOAuthError ? error : upstreamError(error, server.name, server.upstream.base.origin)
    refuseUnanswered(response, failure(exchange, known))
    return undefined
  }
}

function failure({ server, events }: Exchange, error: OrthancOAuthError): OrthancOAuthError {
  events.emit('failed', { server: server.name, error })
  return error
}
