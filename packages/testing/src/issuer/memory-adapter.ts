import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/**
 * What oidc-provider keeps: the clients, which can change while it runs, and which assertions were used.
 * Nothing is ever consumed or revoked: those belong to grants that the issuer does not offer.
 */
export function memoryAdapter(findClient: (id: string) => AdapterPayload | undefined): AdapterFactory {
  return (model) => {
    const stored = new Map<string, AdapterPayload>()
    const adapter: Adapter = {
      find: async (id) => (model === 'Client' ? findClient(id) : stored.get(id)),
      upsert: async (id, payload) => {
        stored.set(id, payload)
      },
      destroy: async (id) => {
        stored.delete(id)
      },
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      consume: async () => undefined,
      revokeByGrantId: async () => undefined,
    }
    return adapter
  }
}
