import { AccessToken } from './access-token.ts'
import type { Expiring } from './expiring.ts'

/** Whether two are one: tokens by their value, because an SDK makes new objects of the token in its cache. */
export function sameCredential(one: Expiring, other: Expiring): boolean {
  if (one === other) return true
  return one instanceof AccessToken && other instanceof AccessToken && one.reveal() === other.reveal()
}
