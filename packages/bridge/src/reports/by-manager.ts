import type { Expiring, TokenManager } from '@orthanc-oauth/core'
import type { BridgedServer } from '../bridged-server.ts'

/** Managers with the names of the servers that share each: two servers of one tenant share one token. */
export function serversByManager(servers: Iterable<BridgedServer>): ReadonlyMap<TokenManager<Expiring>, string[]> {
  const names = new Map<TokenManager<Expiring>, string[]>()
  for (const { name, authorizer } of servers)
    names.set(authorizer.credentials, [...(names.get(authorizer.credentials) ?? []), name])
  return names
}
