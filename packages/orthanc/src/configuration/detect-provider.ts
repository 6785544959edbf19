/** The providers whose work is still to come, by the name that the Python plugin has for each. */
const LATER_PROVIDERS = ['azure', 'google', 'keycloak', 'aws', 'azuremanagedidentity'] as const

export type LaterProvider = (typeof LATER_PROVIDERS)[number]

export const isLaterProvider = (name: string): name is LaterProvider =>
  (LATER_PROVIDERS as readonly string[]).includes(name)

/** Token endpoints of vendors whose tokens are not had by the client credentials grant alone, or not as safely. */
const VENDORS: readonly { readonly provider: LaterProvider; readonly hosts: readonly string[] }[] = [
  {
    provider: 'azure',
    hosts: [
      'login.microsoftonline.com',
      'login.microsoftonline.us',
      'login.partner.microsoftonline.cn',
      'login.windows.net',
      'sts.windows.net',
    ],
  },
  { provider: 'google', hosts: ['googleapis.com', 'accounts.google.com', 'metadata.google.internal'] },
  // Cognito is an ordinary OAuth 2.0 server, under amazoncognito.com.
  { provider: 'aws', hosts: ['amazonaws.com', 'amazonaws.com.cn'] },
]

/** What ProviderType auto stands for: decided by the host of the token endpoint or the issuer alone. */
export function detectProvider(endpoint: string | undefined): LaterProvider | 'generic' {
  if (endpoint === undefined) return 'generic'
  const { hostname: host } = new URL(endpoint)
  return (
    VENDORS.find(({ hosts }) => hosts.some((name) => host === name || host.endsWith(`.${name}`)))?.provider ?? 'generic'
  )
}

/** What to do as long as a provider is still to come. */
export const INSTEAD: Readonly<Record<LaterProvider, string>> = {
  azure:
    'ProviderType generic with TokenEndpoint and Scope, for a client with a secret: the token is then handed on unverified',
  azuremanagedidentity:
    'ProviderType generic with TokenEndpoint and Scope, for a client with a secret or a private key',
  google:
    'another server: Google gives tokens to service accounts (ServiceAccountFile), not for a client id and a secret',
  keycloak: "ProviderType generic with TokenEndpoint, or with Issuer, which is the realm's URL",
  aws: 'another server: AWS wants signed requests (SigV4), not a token',
}
