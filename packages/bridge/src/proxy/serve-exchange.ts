import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Authorization, OrthancOAuthError } from '@orthanc-oauth/core'
import type { Attempt } from './attempt.ts'
import { targetAt } from './base-url.ts'
import { fieldValue } from './fields.ts'
import { type Forwarding, forward, requestHead } from './forward.ts'
import { type BodyLength, bodyLength } from './framing.ts'
import { answerFields, replaceFields, requestFields } from './header-rules.ts'
import { passAnswer } from './pass-answer.ts'
import type { ProxiedServer } from './proxied-server.ts'
import type { ProxyEvents } from './proxy-events.ts'
import { redirectThroughBridge } from './redirect.ts'
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
}

/** Bytes of a body that must be known before its head is sent, because the head signs it: 64 MiB, in memory. */
const DIGEST_LIMIT = 64 * 2 ** 20

/** How much of a body is kept for this server. */
export function keptBytes({ authorizer }: ProxiedServer): number {
  return authorizer.body === 'digest' ? DIGEST_LIMIT : REPLAY_LIMIT
}

/** Authorises, sends and passes the answer on. Whatever fails is answered; nothing is sent before it is authorised. */
export async function serveExchange(exchange: Exchange): Promise<void> {
  const { server, request, response, body, segment, signal, events } = exchange
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
  try {
    const status = attempt.answer.statusCode ?? 0
    events.emit('answered', { server: server.name, status })
    // More of the body would not change a refusal, and a server that has answered may have stopped reading.
    if (status >= 300) attempt.stopSending()
    const fields = fieldsForClient(attempt.answer, forwarding, segment)
    if (fields === undefined) refuseUnanswered(response, failure(exchange, redirectsElsewhere(server)))
    else await passAnswer(attempt, fields, response)
  } finally {
    attempt.release()
  }
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

/** undefined where the answer would lead the client, and its password for the bridge, somewhere else. */
function fieldsForClient(
  { statusCode = 0, rawHeaders }: IncomingMessage,
  { server, target }: Forwarding,
  segment: string,
): string[] | undefined {
  const fields = answerFields(rawHeaders)
  const location = statusCode >= 300 && statusCode <= 399 && fieldValue(fields, 'location')
  if (!location) return fields
  const reference = redirectThroughBridge(server.upstream.base, target, location, segment)
  return reference === undefined ? undefined : replaceFields(fields, ['Location', reference])
}

/** Where it leads is not said: such addresses may carry a signature that lets anybody in. */
function redirectsElsewhere({ name, upstream }: ProxiedServer): OrthancOAuthError {
  return new OrthancOAuthError('NET-101', `${upstream.base.origin} (server '${name}') redirects to another place`, {
    details: { server: name, origin: upstream.base.origin },
  })
}

function failure({ server, events }: Exchange, error: OrthancOAuthError): OrthancOAuthError {
  events.emit('failed', { server: server.name, error })
  return error
}
