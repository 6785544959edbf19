import type { EventEmitter } from 'node:events'
import type { ProviderRegistry } from '@orthanc-oauth/orthanc'
import type { ProviderEvents } from './provider-events.ts'

/** Those that come with the bridge, each loaded when a server first names it. */
export function bundledProviders(events: EventEmitter<ProviderEvents>): ProviderRegistry {
  return {
    generic: async () => ({ createAuthorizer: (await import('./generic.ts')).genericAuthorizers(events) }),
    keycloak: async () => ({ createAuthorizer: (await import('./keycloak.ts')).keycloakAuthorizers(events) }),
  }
}
