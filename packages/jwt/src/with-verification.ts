import { createHash } from 'node:crypto'
import { type Clock, systemClock, type TokenProvider } from '@orthanc-oauth/core'
import { egressKey } from '@orthanc-oauth/egress/options'
import type { JwtExpectations } from './expectations.ts'
import { createVerifier } from './verifier.ts'

/**
 * Looks at each token that a provider gives before anybody else does: one that is not what was expected is not given out.
 *
 * Keys that are not there yet are fetched before the issuer is asked for a token, which would be lost without.
 *
 * @throws OrthancOAuthError CFG-001, CFG-002, CFG-104 or CFG-105, naming the option
 * @returns a provider whose `acquire` rejects with TOK-004 besides, and as the verifier's methods do
 */
export function withVerification(
  provider: TokenProvider,
  expectations: JwtExpectations,
  { clock = systemClock }: { readonly clock?: Clock | undefined } = {},
): TokenProvider {
  const verifier = createVerifier(expectations, { clock })
  return {
    name: provider.name,
    cacheKey: JSON.stringify([provider.cacheKey, 'verified', verifiedKey(expectations)]),
    binding: provider.binding,
    ...(provider.check && { check: () => provider.check?.() as Promise<void> }),
    async acquire(request) {
      const { signal } = request
      await verifier.prepare({ signal })
      const token = await provider.acquire(request)
      await verifier.verify(token.reveal(), { signal })
      return token
    },
  }
}

/** What makes a token that is taken by one refused by the other. */
function verifiedKey(expectations: JwtExpectations): unknown[] {
  const { publicKey, jwksUri, issuer, audience, algorithms, leeway, egress = {}, allowInsecureHttp } = expectations
  return [
    publicKey === undefined ? null : createHash('sha256').update(publicKey).digest('base64url'),
    jwksUri ?? null,
    issuer ?? null,
    [audience ?? []].flat().toSorted(),
    algorithms?.toSorted() ?? null,
    leeway ?? null,
    egressKey(egress), // whoever answers at jwksUri says which tokens are taken
    allowInsecureHttp ?? false,
  ]
}
