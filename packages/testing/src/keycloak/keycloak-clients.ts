import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { randomSecret, type SecretClient, type TestClient, type TestKey } from '../issuer/test-clients.ts'
import type { ServiceAccountIssuer } from './service-account-issuer.ts'

/** One client for each of Keycloak's authenticators and for what a client can be besides, by its name. */
export interface KeycloakClients {
  readonly client_secret_post: SecretClient<'client_secret_post'>
  readonly client_secret_basic: SecretClient<'client_secret_basic'>
  readonly client_secret_jwt: SecretClient<'client_secret_jwt'>
  readonly private_key_jwt: TestClient<'private_key_jwt'> & { readonly keys: { readonly rsa: TestKey } }
  /** Known by the subject of `certificates.client`, to which its tokens are bound. */
  readonly tls_client_auth: TestClient<'tls_client_auth'>
  /** Its assertions are the tokens of a Kubernetes service account. */
  readonly kubernetes: TestClient<'private_key_jwt'> & { assertion: ServiceAccountIssuer['token'] }
  /** Its tokens are bound to a key (RFC 9449). */
  readonly dpop: SecretClient<'client_secret_post'>
  /** Its tokens live 5 s; those of the others 300 s. */
  readonly short: SecretClient<'client_secret_post'>
  /** May not use the client credentials grant. */
  readonly noServiceAccount: SecretClient<'client_secret_post'>
}

/** Optional at each client: given where it is asked for. */
const SCOPE = 'dicom.read dicom.write'

/** Random secrets and keys for the clients of the realm file. */
export async function keycloakClients(serviceAccounts: ServiceAccountIssuer): Promise<KeycloakClients> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const client = <M extends TestClient['clientAuthentication']>(name: string, clientAuthentication: M) => ({
    clientId: `orthanc-${name}`,
    clientAuthentication,
    scope: SCOPE,
  })
  const secretClient = <M extends TestClient['clientAuthentication']>(name: string, method: M): SecretClient<M> => ({
    ...client(name, method),
    clientSecret: randomSecret(),
  })
  return {
    client_secret_post: secretClient('client_secret_post', 'client_secret_post'),
    client_secret_basic: secretClient('client_secret_basic', 'client_secret_basic'),
    client_secret_jwt: secretClient('client_secret_jwt', 'client_secret_jwt'),
    private_key_jwt: {
      ...client('private_key_jwt', 'private_key_jwt'),
      keys: { rsa: { keyId: 'rsa', algorithm: 'RS256', key: privateKey } },
    },
    tls_client_auth: client('tls_client_auth', 'tls_client_auth'),
    kubernetes: {
      ...client('kubernetes', 'private_key_jwt'),
      assertion: (audience, lifetime) => serviceAccounts.token(audience, lifetime),
    },
    dpop: secretClient('dpop', 'client_secret_post'),
    short: secretClient('short', 'client_secret_post'),
    noServiceAccount: secretClient('no-service-account', 'client_secret_post'),
  }
}
