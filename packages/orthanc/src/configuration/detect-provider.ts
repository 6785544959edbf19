/** The providers whose work is still to come, by the name that the Python plugin has for each. */
const LATER_PROVIDERS = ['azure', 'google', 'aws', 'azuremanagedidentity'] as const

export type LaterProvider = (typeof LATER_PROVIDERS)[number]

export const isLaterProvider = (name: string): name is LaterProvider =>
  (LATER_PROVIDERS as readonly string[]).includes(name)

const hosts =
  (...names: readonly string[]) =>
  ({ hostname }: URL): boolean =>
    names.some((name) => hostname === name || hostname.endsWith(`.${name}`))

/** A realm, or its token endpoint; behind a path, such as the `/auth` of old, or not. */
const KEYCLOAK_PATH = /\/realms\/[^/]+(\/protocol\/openid-connect\/token)?\/?$/

/**
 * By what a token endpoint, or else an issuer, is known: vendors whose tokens are not had by the client credentials grant
 * alone, or not as safely, and servers of which more is known than the standards say. The first row that fits counts.
 */
const DETECTION = [
  {
    provider: 'azure',
    fits: hosts(
      'login.microsoftonline.com',
      'login.microsoftonline.us',
      'login.partner.microsoftonline.cn',
      'login.windows.net',
      'sts.windows.net',
    ),
  },
  { provider: 'google', fits: hosts('googleapis.com', 'accounts.google.com', 'metadata.google.internal') },
  // Cognito is an ordinary OAuth 2.0 server, under amazoncognito.com.
  { provider: 'aws', fits: hosts('amazonaws.com', 'amazonaws.com.cn') },
  { provider: 'keycloak', fits: ({ pathname }: URL): boolean => KEYCLOAK_PATH.test(pathname) },
] as const satisfies readonly { readonly provider: string; readonly fits: (address: URL) => boolean }[]

/** What ProviderType auto stands for: decided by the address of the token endpoint or the issuer alone. */
export function detectProvider(address: string | undefined): (typeof DETECTION)[number]['provider'] | 'generic' {
  const url = address === undefined ? null : URL.parse(address)
  return (url && DETECTION.find(({ fits }) => fits(url))?.provider) ?? 'generic'
}

/** The realm of a token endpoint of Keycloak; undefined for any other address. */
export function realmOf(tokenEndpoint: string): string | undefined {
  return /^[^?#]+\/realms\/[^/?#]+(?=\/protocol\/openid-connect\/)/.exec(tokenEndpoint)?.[0]
}

/** What to do as long as a provider is still to come. */
export const INSTEAD: Readonly<Record<LaterProvider, string>> = {
  azure:
    'ProviderType generic with TokenEndpoint and Scope, for a client with a secret: the token is then handed on unverified',
  azuremanagedidentity:
    'ProviderType generic with TokenEndpoint and Scope, for a client with a secret or a private key',
  google:
    'another server: Google gives tokens to service accounts (ServiceAccountFile), not for a client id and a secret',
  aws: 'another server: AWS wants signed requests (SigV4), not a token',
}
