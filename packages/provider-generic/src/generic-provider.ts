import { type AcquireRequest, OrthancOAuthError, type TokenProvider } from '@orthanc-oauth/core'
import { clientAuthentication } from './client-authentication/client-authentication.ts'
import { IssuerConnection } from './connection/issuer-connection.ts'
import { readTrust } from './connection/trust.ts'
import { Discovery } from './discovery/discovery.ts'
import { cacheKey } from './options/cache-key.ts'
import type { GenericProviderOptions } from './options/generic-provider-options.ts'
import { type Settings, settingsOf } from './options/settings.ts'
import { requestToken, type TokenWithTerms } from './token/request-token.ts'

/**
 * Tokens of any OAuth 2.0 or OpenID Connect server, by the client credentials grant (RFC 6749, section 4.4).
 *
 * Each `acquire` is one token request on a connection of its own; before the first one also the issuer's metadata,
 * where no token endpoint is configured. Secrets, keys and certificates are read from their files each time.
 *
 * @throws OrthancOAuthError CFG-001, CFG-002, CFG-104 or CFG-105, naming the option
 */
export function genericProvider(options: GenericProviderOptions): TokenProvider {
  const settings = settingsOf(options)
  const discovery = new Discovery(settings)
  let warned = false
  return {
    name: 'generic',
    cacheKey: cacheKey(settings),
    acquire: async (request) => {
      const { token, warning } = await acquire(settings, discovery, request)
      if (warning !== undefined && !warned) {
        warned = true
        settings.onWarning(warning)
      }
      return token
    },
  }
}

async function acquire(settings: Settings, discovery: Discovery, request: AcquireRequest): Promise<TokenWithTerms> {
  // Together 60 ms, which whoever only checks a configuration does not need.
  const [oauth, undici] = await Promise.all([import('oauth4webapi'), import('undici')])
  const authentication = await clientAuthentication(oauth, settings.credentials)
  const connection = new IssuerConnection(undici, await readTrust(settings.trust), request)
  try {
    const server = await discovery.find(oauth, connection, request.clock)
    return await requestToken({ oauth, connection, server, authentication, settings }, request)
  } catch (error) {
    if (leadsElsewhere(error)) discovery.forget()
    throw error
  } finally {
    await connection.close()
  }
}

/** Whether the token endpoint may be another by now: it was not reached, or did not answer as one. */
function leadsElsewhere(error: unknown): boolean {
  return error instanceof OrthancOAuthError && (error.category === 'NETWORK' || error.code === 'TOK-005')
}
