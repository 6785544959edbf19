import type { EventEmitter } from 'node:events'
import type { CreateAuthorizer } from '@orthanc-oauth/orthanc'
import { genericProvider } from '@orthanc-oauth/provider-generic'
import { authorizerWith } from './authorizer-with.ts'
import { issuerOptions } from './issuer-options.ts'
import type { ProviderEvents } from './provider-events.ts'

/** Any OAuth 2.0 or OpenID Connect server, by the keys of a server's configuration. */
export function genericAuthorizers(events: EventEmitter<ProviderEvents>): CreateAuthorizer {
  return async (server, context) => {
    const { issuer, tokenEndpoint } = server
    const provider = genericProvider({ ...issuerOptions(server, events), issuer, tokenEndpoint })
    return authorizerWith(provider, server, context, events)
  }
}
