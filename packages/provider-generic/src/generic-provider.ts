import { sanitizeCause, type TokenProvider } from '@orthanc-oauth/core'
import { bindingOf } from './binding.ts'
import { Discovery } from './discovery/discovery.ts'
import { DpopKey } from './dpop/dpop-key.ts'
import { EndpointProofs } from './dpop/endpoint-proofs.ts'
import { cacheKey } from './options/cache-key.ts'
import type { GenericProviderOptions } from './options/generic-provider-options.ts'
import { namingIssuer } from './options/naming-issuer.ts'
import { type Settings, settingsOf } from './options/settings.ts'

/**
 * Tokens of any OAuth 2.0 or OpenID Connect server, by the client credentials grant (RFC 6749, section 4.4).
 *
 * Each `acquire` is one token request (two where the issuer asks for a DPoP nonce) on a connection of its own; before the
 * first one also the issuer's metadata, where no token endpoint is configured. Secrets, keys, certificates and assertions
 * are read from their files each time.
 *
 * @throws OrthancOAuthError CFG-001, CFG-002, CFG-104 or CFG-105, naming the option
 */
export function genericProvider(options: GenericProviderOptions): TokenProvider {
  return genericProviderAt(options, [])
}

/**
 * The same, for a product whose issuer may be called otherwise than its user does.
 *
 * @param elsewhere issuer identifiers of the same origin, looked for in this order where `options.issuer` has no metadata
 */
export function genericProviderAt(options: GenericProviderOptions, elsewhere: readonly string[]): TokenProvider {
  const settings = settingsOf(options)
  const key = settings.dpop ? new DpopKey() : undefined
  const kept = { settings, discovery: new Discovery(settings, elsewhere), dpop: key && new EndpointProofs(key) }
  let warned = false
  return {
    name: 'generic',
    cacheKey: cacheKey(settings),
    binding: bindingOf(settings.egress.identity, key),
    check: async () => {
      const { checkFiles } = await import('./check-files.ts')
      await namingIssuer(settings, () => checkFiles(settings))
    },
    acquire: async (request) => {
      const { acquire } = await import('./acquisition.ts') // what connects is not needed by whoever only checks a configuration
      const { token, warning } = await acquire(kept, request)
      if (warning !== undefined && !warned) {
        warned = true
        void warn(settings, warning)
      }
      return token
    },
  }
}

/** A listener that throws, now or later, is its author's affair, and costs nobody a token. */
async function warn({ onWarning }: Settings, warning: string): Promise<void> {
  try {
    await onWarning(warning)
  } catch (error) {
    process.emitWarning(`onWarning of a token provider threw: ${sanitizeCause(error).name}`)
  }
}
