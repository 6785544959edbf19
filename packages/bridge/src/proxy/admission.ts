import type { IncomingMessage } from 'node:http'
import type { BasicGate } from '../http/basic-gate.ts'
import type { AnswerFields } from '../http/json-answer.ts'
import type { ProxiedServer } from './proxied-server.ts'
import { parseRequestTarget } from './request-target.ts'

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

/** A request that may go on, or the answer that it gets instead. */
export type Admission =
  | { readonly server: ProxiedServer; readonly rest: string; readonly segment: string }
  | { readonly status: number; readonly error: string; readonly fields?: AnswerFields }

/**
 * Decides what a request is before anything is done for it. The password comes first: without it nobody learns which
 * servers there are.
 */
export async function admit(
  request: IncomingMessage,
  gate: BasicGate,
  servers: ReadonlyMap<string, ProxiedServer>,
): Promise<Admission> {
  const { method = '', url = '', headers } = request
  if (!(await gate.admits(headers.authorization)))
    return {
      status: 401,
      error:
        'This listener is for Orthanc, which shows a password that the bridge gave it. A client that a person sets up shows ClientUsername and ClientPassword.',
      fields: { 'WWW-Authenticate': gate.challenge },
    }
  if (!METHODS.includes(method))
    return { status: 405, error: 'This method is not for DICOMweb', fields: { Allow: METHODS.join(', ') } }
  if (headers.upgrade !== undefined) return { status: 400, error: 'No other protocol is spoken here: no Upgrade' }
  // RFC 9112, section 6.1: another coding would have to be taken off, because it ends at this connection.
  if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked')
    return { status: 501, error: 'The only transfer coding known here is chunked' }
  const target = parseRequestTarget(url)
  if (target === undefined)
    return { status: 400, error: 'The request target must be /{server}/…, without dot segments and the like' }
  const server = servers.get(target.server)
  if (server === undefined) return { status: 404, error: `Server '${target.server}' not configured` }
  return { server, rest: target.rest, segment: url.slice(1, url.length - target.rest.length) }
}
