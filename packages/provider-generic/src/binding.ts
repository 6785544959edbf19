import type { TlsIdentity, TokenBinding } from '@orthanc-oauth/core'
import type { DpopKey } from './dpop/dpop-key.ts'

/** What requests with the tokens must show besides them; undefined for a plain bearer. */
export function bindingOf(tls: TlsIdentity | undefined, key: DpopKey | undefined): TokenBinding | undefined {
  if (tls === undefined && key === undefined) return undefined
  return {
    ...(tls && { tls }),
    ...(key && { proof: ({ method, url }, token, nonce) => key.proof(method, url, nonce, token.reveal()) }),
  }
}
