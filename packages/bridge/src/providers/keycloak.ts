import type { EventEmitter } from 'node:events'
import type { CreateAuthorizer } from '@orthanc-oauth/orthanc'
import { keycloakProvider } from '@orthanc-oauth/provider-keycloak'
import { authorizerWith } from './authorizer-with.ts'
import { issuerOptions } from './issuer-options.ts'
import type { ProviderEvents } from './provider-events.ts'

/** A realm of Keycloak, by the keys of a server's configuration. */
export function keycloakAuthorizers(events: EventEmitter<ProviderEvents>): CreateAuthorizer {
  return async (server, context) => {
    const { realmUrl = '', tokenEndpoint } = server
    const provider = keycloakProvider({ ...issuerOptions(server, events), realmUrl, tokenEndpoint })
    return authorizerWith(provider, server, context, events)
  }
}
