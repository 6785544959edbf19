import { detectProvider, INSTEAD, isLaterProvider, type LaterProvider } from './detect-provider.ts'
import type { ServerValues } from './schema/server-schema.ts'
import type { ServerUrls } from './server-urls.ts'
import type { Settings } from './settings.ts'

/**
 * The provider of a server, in lower case. Whether a foreign one is known is the host's affair, who has the registry.
 */
export function providerOf(settings: Settings<ServerValues>, { realmUrl, tokenEndpoint, issuer }: ServerUrls): string {
  const key = settings.nameOf('ProviderType', 'Provider')
  const name = (settings.values[key] || 'auto').toLowerCase()
  if (name !== 'auto') {
    if (isLaterProvider(name)) toCome(settings, key, `the provider ${name}`, name)
    return name
  }
  if (realmUrl !== undefined) return 'keycloak'
  const detected = detectProvider(tokenEndpoint ?? issuer)
  if (isLaterProvider(detected))
    toCome(
      settings,
      tokenEndpoint === undefined ? 'Issuer' : 'TokenEndpoint',
      `a host of the provider ${detected}`,
      detected,
    )
  return detected
}

function toCome(settings: Settings<ServerValues>, key: string, what: string, provider: LaterProvider): void {
  settings.report('CFG-103', key, { found: `${what}, whose work is still to come`, expected: INSTEAD[provider] })
}
