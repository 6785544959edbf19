import type { IncomingMessage } from 'node:http'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import { fieldValue } from './fields.ts'
import type { Forwarding } from './forward.ts'
import { answerFields, replaceFields } from './header-rules.ts'
import type { ProxiedServer } from './proxied-server.ts'
import { redirectThroughBridge } from './redirect.ts'

/**
 * The fields of an answer for the client.
 *
 * @param segment the server's name as the client wrote it
 * @throws OrthancOAuthError where the answer may not be passed on: NET-002, it cannot be told what it is; NET-101, it
 *   would lead the client, and its password for the bridge, somewhere else
 */
export function fieldsForClient(
  { statusCode = 0, headers, rawHeaders }: IncomingMessage,
  { server, target }: Forwarding,
  segment: string,
): string[] {
  // Nobody asked for another protocol (RFC 9110, section 15.2.2), and a lower number is no status.
  if (statusCode < 200) throw notUnderstood(server, `the status ${statusCode}`)
  // RFC 9112, section 6.1: another coding would have to be taken off, because it ends at this connection.
  if ((headers['transfer-encoding'] ?? 'chunked').toLowerCase() !== 'chunked')
    throw notUnderstood(server, 'a transfer coding other than chunked')
  const fields = answerFields(rawHeaders)
  const location = statusCode <= 399 && statusCode >= 300 && fieldValue(fields, 'location')
  if (!location) return fields
  const reference = redirectThroughBridge(server.upstream.base, target, location, segment)
  if (reference === undefined) throw redirectsElsewhere(server)
  return replaceFields(fields, ['Location', reference])
}

function notUnderstood({ name, upstream: { base } }: ProxiedServer, what: string): OrthancOAuthError {
  return new OrthancOAuthError('NET-002', `${base.origin} (server '${name}') answered with ${what}`, {
    details: { server: name, origin: base.origin },
  })
}

/** Where it leads is not said: such addresses may carry a signature that lets anybody in. */
function redirectsElsewhere({ name, upstream: { base } }: ProxiedServer): OrthancOAuthError {
  return new OrthancOAuthError('NET-101', `${base.origin} (server '${name}') redirects to another place`, {
    details: { server: name, origin: base.origin },
  })
}
