import type { OrthancOAuthError } from '@orthanc-oauth/core'
import type { RealmUrls } from './realm-url.ts'

/** What Keycloak 26 means by the OAuth `error` of its token endpoint, where it means more or other than the RFCs. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  unauthorized_client: [
    'Keycloak says this of a wrong secret: compare it with Clients > (client) > Credentials.',
    'It says it too of a client without a service account: switch on Clients > (client) > Settings > "Service account roles".',
  ],
  invalid_client: [
    'There is no such client in this realm, or it is disabled: look at Clients > (client).',
    'Clients > (client) > Credentials > "Client Authenticator" must be the method that is used here, and know this key, certificate or issuer of assertions.',
    "An assertion is refused too where this machine's clock is off: compare it with Keycloak's.",
  ],
  access_denied: [
    'The realm is disabled, or a client policy refuses the client: look at Realm settings and its events.',
  ],
  invalid_scope: ['Add the scope at Clients > (client) > Client scopes, as Optional or Default, or do not ask for it.'],
  invalid_request: [
    'A client with "Require DPoP bound tokens" gives nothing without a proof: switch on DPoP for this server.',
    'A client with "OAuth 2.0 Mutual TLS Certificate Bound Access Tokens" gives nothing without a client certificate.',
  ],
}

/** What to do about an error, in the words of Keycloak's admin console; undefined where Keycloak has nothing to add. */
export function keycloakHints({ code, details }: OrthancOAuthError, urls: RealmUrls): readonly string[] | undefined {
  const { error, option, status } = details
  if (typeof error === 'string') return MEANINGS[error]
  if (code !== 'CFG-002' || option !== 'issuer') return undefined
  return status === undefined
    ? [
        `Keycloak knows no such realm at ${urls.given} nor at ${urls.other}: check its name, letter case included.`,
        'Check the path: what `http-relative-path` says at Keycloak comes before /realms.',
      ]
    : [
        'Configure RealmUrl exactly as the `issuer` in the metadata: the address that `hostname` gives Keycloak.',
        'Where that address cannot be reached from here, keep it as RealmUrl, give TokenEndpoint by the one that can, and set `hostname-backchannel-dynamic` at Keycloak.',
      ]
}
