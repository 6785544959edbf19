import type { EventEmitter } from 'node:events'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import type { BridgedServer } from '../bridged-server.ts'
import type { ProxyEvents } from '../proxy/proxy-events.ts'

/**
 * Makes a failure of what a server's answers say about its tokens: that it forbids a request (AUTH-002), or that it has
 * begun to refuse what the issuer considers good (TOK-006).
 */
export function watchRefusals(events: EventEmitter<ProxyEvents>, servers: ReadonlyMap<string, BridgedServer>): void {
  const refusing = new Set<string>()
  events.on('answered', ({ server, status }) => {
    if (status === 403) events.emit('failed', { server, error: forbidden(server) })
    const refusal = servers.get(server)?.authorizer.refusal
    if (refusal === undefined) refusing.delete(server)
    else if (!refusing.has(server)) {
      refusing.add(server)
      events.emit('failed', { server, error: refusal })
    }
  })
}

function forbidden(server: string): OrthancOAuthError {
  return new OrthancOAuthError('AUTH-002', `Server '${server}' forbids a request although it takes the token`, {
    details: { server },
    troubleshooting: ['Check the roles of the client at the server, and Scope.'],
  })
}
