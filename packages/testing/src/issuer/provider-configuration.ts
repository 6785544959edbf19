import { createPublicKey, type KeyObject, randomBytes, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import {
  type AdapterPayload,
  type ClientAuthMethod,
  type Configuration,
  errors,
  type JWK,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { memoryAdapter } from './memory-adapter.ts'
import { grantedScope, refusedScope, type TestClients, type TestKey } from './test-clients.ts'

const METHODS: ClientAuthMethod[] = [
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
]
/** What oidc-provider wants. */
const NONCE_SECRET_BYTES = 32
const ASSERTION_ALGORITHMS = [
  ...(['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA'] as const),
]

export interface IssuerState {
  /** Read at each request, so a rotated secret counts at once. */
  readonly clients: TestClients
  /** Signs the access tokens. */
  readonly signingKey: KeyObject
  /** What tokens may be asked for, the default first. */
  readonly audiences: readonly string[]
  readonly dpop: DpopRequirement | undefined
  readonly mutualTls: boolean
  /** Seconds. */
  lifetime(): number
}

/** Of an issuer that knows DPoP (RFC 9449): what it asks of clients. Okta's asks for all of it. */
export type DpopRequirement = 'allowed' | 'required' | 'required-with-nonce'

/** What oidc-provider is told: client_credentials alone, JWT access tokens for the audiences. */
export function providerConfiguration(state: IssuerState): Configuration {
  const { clients, signingKey, audiences, dpop, mutualTls, lifetime } = state
  const scope = `${grantedScope} ${refusedScope}`
  const findClient = (id: string) => {
    const client = Object.values(clients).find(({ clientId }) => clientId === id)
    return client && clientMetadata(client, state)
  }
  return {
    adapter: memoryAdapter(findClient),
    jwks: { keys: [{ ...signingKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'issuer' } as JWK] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: scope.split(' '),
    responseTypes: [],
    clientAuthMethods: mutualTls ? [...METHODS, 'tls_client_auth'] : METHODS,
    enabledJWA: { clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      ...(dpop && {
        dPoP: {
          enabled: true,
          nonceSecret: randomBytes(NONCE_SECRET_BYTES),
          requireNonce: () => dpop === 'required-with-nonce',
        },
      }),
      ...(mutualTls && {
        mTLS: {
          enabled: true,
          tlsClientAuth: true,
          certificateBoundAccessTokens: true,
          getCertificate: shownCertificate,
          certificateAuthorized: (ctx) => socketOf(ctx).authorized,
          certificateSubjectMatches: (ctx, _property, expected) => shownCertificate(ctx)?.subject === expected,
        },
      }),
      resourceIndicators: {
        enabled: true,
        // Auth0's `audience` parameter where there is no RFC 8707 `resource`.
        defaultResource: (ctx) => String(ctx.oidc.body?.audience ?? audiences[0]),
        getResourceServerInfo: (_ctx, resource) => {
          if (!audiences.includes(resource)) throw new errors.InvalidTarget()
          return {
            scope,
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: lifetime(),
            jwt: { sign: { alg: 'RS256' } },
          }
        },
      },
    },
    ttl: { ClientCredentials: () => lifetime() },
  }
}

/** A client as oidc-provider stores it (RFC 7591, section 2). */
function clientMetadata(
  client: TestClients[keyof TestClients],
  { dpop, mutualTls }: Pick<IssuerState, 'dpop' | 'mutualTls'>,
): AdapterPayload {
  return {
    client_id: client.clientId,
    token_endpoint_auth_method: client.clientAuthentication,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: client.scope,
    ...(dpop && { dpop_bound_access_tokens: dpop !== 'allowed' }),
    ...(mutualTls && { tls_client_certificate_bound_access_tokens: true }),
    ...('subject' in client && { tls_client_auth_subject_dn: client.subject }),
    ...('clientSecret' in client && { client_secret: client.clientSecret }),
    ...('keys' in client && { jwks: { keys: Object.values<TestKey>(client.keys).map(publicJwk) } }),
  }
}

function socketOf(ctx: KoaContextWithOIDC): TLSSocket {
  return ctx.socket as TLSSocket
}

function shownCertificate(ctx: KoaContextWithOIDC): X509Certificate | undefined {
  return socketOf(ctx).getPeerX509Certificate()
}

function publicJwk({ key, keyId }: TestKey): JWK {
  return { ...createPublicKey(key).export({ format: 'jwk' }), kid: keyId, use: 'sig' } as JWK
}
