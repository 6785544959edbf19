import { generateKeyPairSync } from 'node:crypto'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { Secret, TokenManager } from '@orthanc-oauth/core'
import { genericProvider } from '@orthanc-oauth/provider-generic'
import { JWT } from 'google-auth-library'
import { ClientCredentials } from 'simple-oauth2'
import type { TokenEndpoint } from './token-endpoint.ts'

/** A library that gives tokens. */
export interface Client {
  readonly name: string
  readonly scheme: 'http' | 'https'
  /** Whether it can answer without asking the issuer. */
  readonly caches: boolean
  /** How it was led to the local endpoint, and what it cannot do. */
  readonly note?: string
  /** One that has never asked. */
  fresh(): FreshClient
}

export interface FreshClient {
  getToken(): Promise<unknown>
  close?(): Promise<void>
}

const clientId = 'bench'
const clientSecret = 'bench-secret'
const scope = 'dicomweb'

export function clients(endpoint: TokenEndpoint): readonly [ours: Client, ...peers: Client[]] {
  return [thisLibrary(endpoint), msalNode(endpoint), googleAuthLibrary(endpoint), simpleOauth2(endpoint)]
}

function thisLibrary({ http }: TokenEndpoint): Client {
  return {
    name: 'this library',
    scheme: 'http',
    caches: true,
    note: 'imports its HTTP client at the first acquisition of a process, which is part of the warm-up here.',
    fresh() {
      const manager = new TokenManager(
        genericProvider({ tokenEndpoint: http, clientId, clientSecret: new Secret(clientSecret), scope }),
      )
      return { getToken: () => manager.getToken(), close: () => manager[Symbol.asyncDispose]() }
    },
  }
}

function msalNode({ https }: TokenEndpoint): Client {
  const { origin, host } = new URL(https)
  const authority = `${origin}/tenant`
  return {
    name: '@azure/msal-node 7.2.1',
    scheme: 'https',
    caches: true,
    note: 'over https, because it refuses an http authority; the authority’s metadata are given, so that only token requests count. Has no synchronous look into its cache.',
    fresh() {
      const app = new ConfidentialClientApplication({
        auth: {
          clientId,
          clientSecret,
          authority,
          knownAuthorities: [host],
          authorityMetadata: JSON.stringify({
            issuer: authority,
            token_endpoint: https,
            authorization_endpoint: `${authority}/authorize`,
            end_session_endpoint: `${authority}/logout`,
            jwks_uri: `${authority}/keys`,
          }),
        },
      })
      return { getToken: () => app.acquireTokenByClientCredential({ scopes: [`${scope}/.default`] }) }
    },
  }
}

function googleAuthLibrary({ http }: TokenEndpoint): Client {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return {
    name: 'google-auth-library 11.3.4',
    scheme: 'http',
    caches: true,
    note: 'as a service account, whose token endpoint is fixed in it: its fetchImplementation leads to the local one. Has no synchronous look at a token that checks its expiry.',
    fresh() {
      const client = new JWT({
        email: `${clientId}@example.iam.gserviceaccount.com`,
        key,
        scopes: [scope],
        transporterOptions: { fetchImplementation: (_url, init) => fetch(http, init) },
      })
      return { getToken: () => client.getAccessToken() }
    },
  }
}

function simpleOauth2({ http }: TokenEndpoint): Client {
  const { origin, pathname } = new URL(http)
  return {
    name: 'simple-oauth2 5.1.0',
    scheme: 'http',
    caches: false,
    note: 'keeps no token: every getToken() asks the issuer, so there is no cached token to wait for.',
    fresh() {
      const client = new ClientCredentials({
        client: { id: clientId, secret: clientSecret },
        auth: { tokenHost: origin, tokenPath: pathname },
      })
      return { getToken: () => client.getToken({ scope }) }
    },
  }
}
