import type { IncomingMessage } from 'node:http'
import { type AnswerHead, type Authorization, OrthancOAuthError, type RequestHead } from '@orthanc-oauth/core'
import { type Attempt, beginAttempt } from './attempt.ts'
import { eachField, type Fields, joinedFields } from './fields.ts'
import { type BodyLength, framingFields } from './framing.ts'
import { replaceFields } from './header-rules.ts'
import type { ProxiedServer } from './proxied-server.ts'
import type { ReplayableBody } from './replayable-body.ts'

/** A request on its way to one server. */
export interface Forwarding {
  readonly server: ProxiedServer
  readonly method: string
  /** At the server, in origin form. */
  readonly target: string
  /** Final but for framing and authorization. */
  readonly fields: Fields
  readonly framing: BodyLength
  readonly sha256?: Uint8Array | undefined
  readonly body: ReplayableBody
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
}

/** Safe methods (RFC 9110, section 9.2.1): what may be sent again without asking whether it arrived. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What a request meets on a connection that the server was just closing. */
const CLOSED_WHILE_IDLE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])

/** What the authorizer is asked about. */
export function requestHead({ server, method, target, fields, framing, sha256 }: Forwarding): RequestHead {
  return {
    method,
    url: server.upstream.base.origin + target,
    headers: joinedFields(fields),
    length: framing.length,
    sha256,
  }
}

/**
 * Sends an authorised request; where the answer teaches the authorizer something and the body can still be sent from
 * its first byte, once more. Where authorising again fails, the first answer is the answer.
 *
 * @throws what node:http says where no answer began
 */
export async function forward(forwarding: Forwarding, authorization: Authorization): Promise<Attempt> {
  const { body, framing } = forwarding
  const first = await attemptWith(forwarding, authorization, framing.present ? body.read() : undefined)
  const again = authorization.answered(answerHead(first.answer))
  if (again === undefined) return first
  const replay = framing.present ? body.read() : undefined
  if (framing.present && replay === undefined) return first
  first.stopSending()
  const next = await again().catch(() => undefined)
  if (next === undefined) return first
  first.release()
  const second = await attemptWith(forwarding, next, replay)
  next.answered(answerHead(second.answer))
  return second
}

async function attemptWith(
  forwarding: Forwarding,
  authorization: Authorization,
  body: AsyncIterable<Uint8Array> | undefined,
): Promise<Attempt> {
  const { server, method, target, fields, framing, signal } = forwarding
  const { encodeBody } = authorization
  const sent = encodeBody && body ? { present: true, length: encodeBody.length } : framing
  const complete = replaceFields(
    [...fields, ...framingFields(method, sent)],
    Object.entries(authorization.headers).flat(),
  )
  if (authorizations(complete) !== 1)
    throw new OrthancOAuthError(
      'INT-001',
      `The authorizer of server '${server.name}' gave not exactly one Authorization`,
    )
  const begin = (connection: 'reused' | 'fresh') => server.upstream.request(method, target, complete, connection)
  // Of what is not safe to repeat nobody can tell whether a server that closes an idle connection has seen it.
  if (body !== undefined || !SAFE.has(method))
    return beginAttempt(await begin('fresh'), body && encodeBody ? encodeBody.encode(body) : body, signal)
  const request = await begin('reused')
  try {
    return await beginAttempt(request, undefined, signal)
  } catch (error) {
    if (!request.reusedSocket || !CLOSED_WHILE_IDLE.has(String((error as NodeJS.ErrnoException).code))) throw error
    return beginAttempt(await begin('fresh'), undefined, signal)
  }
}

/** A provider that somebody else wrote may give none: nothing leaves unauthorised all the same. */
function authorizations(fields: Fields): number {
  return [...eachField(fields)].filter(([name]) => name.toLowerCase() === 'authorization').length
}

/** Names in lower case; repeated fields joined. */
function answerHead(answer: IncomingMessage): AnswerHead {
  return { status: answer.statusCode ?? 0, headers: joinedFields(answer.rawHeaders) }
}
