import { OrthancOAuthError, type TokenProvider } from '@orthanc-oauth/core'
import { type GenericProviderOptions, genericProviderAt } from '@orthanc-oauth/provider-generic'
import { keycloakHints } from './keycloak-hints.ts'
import { type RealmUrls, realmUrls } from './realm-url.ts'

/** As provider-generic's, with the realm in the place of the issuer. */
export interface KeycloakProviderOptions extends Omit<GenericProviderOptions, 'issuer'> {
  /**
   * `https://keycloak.example/realms/NAME`, as Keycloak calls itself; a slash at the end does not matter, nor does
   * `/auth` before `/realms`, unless `tokenEndpoint` is given too.
   */
  readonly realmUrl: string
}

/**
 * Tokens of a Keycloak realm, for the service account of a client (client credentials grant). The realm's metadata says
 * where its token endpoint is; no other place gets the client's credentials.
 *
 * @throws OrthancOAuthError CFG-001, CFG-002, CFG-104 or CFG-105, naming the option
 */
export function keycloakProvider({ realmUrl, ...options }: KeycloakProviderOptions): TokenProvider {
  const urls = realmUrls(realmUrl)
  const generic = make(() => genericProviderAt({ ...options, issuer: urls.given }, [urls.other]))
  const hinted = (error: unknown) => {
    throw withHints(error, urls)
  }
  return {
    ...generic,
    name: 'keycloak',
    cacheKey: `keycloak ${generic.cacheKey}`,
    acquire: (request) => generic.acquire(request).catch(hinted),
  }
}

function make(provider: () => TokenProvider): TokenProvider {
  try {
    return provider()
  } catch (error) {
    throw error instanceof OrthancOAuthError ? changed(error) : error
  }
}

function withHints(error: unknown, urls: RealmUrls): unknown {
  return error instanceof OrthancOAuthError ? changed(error, keycloakHints(error, urls)) : error
}

/** The same error, with the option by the name that it has here, and with what to do about it in Keycloak. */
function changed(error: OrthancOAuthError, hints: readonly string[] = error.troubleshooting): OrthancOAuthError {
  const { code, message, cause, details, retryable, retryAfter } = error
  const ofRealm = details.option === 'issuer'
  return new OrthancOAuthError(code, ofRealm ? message.replace(/^issuer\b/, 'realmUrl') : message, {
    cause,
    retryable,
    retryAfter,
    details: ofRealm ? { ...details, option: 'realmUrl' } : details,
    troubleshooting: hints,
  })
}
