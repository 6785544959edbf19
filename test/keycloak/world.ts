import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AccessToken, Secret } from '@orthanc-oauth/core'
import { type KeycloakProviderOptions, keycloakProvider } from '@orthanc-oauth/provider-keycloak'
import {
  acquireRequest,
  type KeycloakClients,
  type LaunchedKeycloak,
  startKeycloak,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { decodeJwt, type JWTPayload } from 'jose'

/** A Keycloak, and the files of those who ask it for tokens. */
export interface KeycloakWorld extends AsyncDisposable {
  readonly keycloak: LaunchedKeycloak
  /** Writes a file of this world's. @returns its path */
  file(name: string, content: string): Promise<string>
  /** What a client is configured with, by https where it shows a certificate. */
  options(client: keyof KeycloakClients): KeycloakProviderOptions
}

export async function startKeycloakWorld(): Promise<KeycloakWorld> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const keycloak = stack.use(await startKeycloak())
  const file = async (name: string, content: string) => {
    await writeFile(join(folder.path, name), content)
    return join(folder.path, name)
  }
  const { ca, client } = keycloak.certificates
  const caFile = await file('ca.pem', ca.certificate)
  const certificateFile = await file('client.pem', client.certificate)
  const keyFile = await file('client-key.pem', client.key)
  const assertionFile = await file(
    'service-account-token',
    await keycloak.clients.kubernetes.assertion(keycloak.realmUrl),
  )
  const owned = stack.move()
  return {
    keycloak,
    file,
    options(name) {
      const one = keycloak.clients[name]
      const { clientId, clientAuthentication, scope } = one
      const common = { realmUrl: keycloak.realmUrl, clientId, clientAuthentication, scope }
      if (name === 'tls_client_auth')
        return { ...common, realmUrl: keycloak.tlsRealmUrl, caFile, clientCertificate: { certificateFile, keyFile } }
      if (name === 'kubernetes') return { ...common, clientAssertion: { file: assertionFile } }
      if ('keys' in one) {
        const { key, keyId } = one.keys.rsa
        return {
          ...common,
          privateKeyId: keyId,
          privateKey: new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString()),
        }
      }
      if (!('clientSecret' in one)) throw new Error(`Nothing to configure ${name} with`)
      return { ...common, clientSecret: new Secret(one.clientSecret), ...(name === 'dpop' && { dpop: true }) }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** One acquisition by these options, and what its token says. */
export async function tokenBy(options: KeycloakProviderOptions): Promise<{ token: AccessToken; claims: JWTPayload }> {
  const token = await keycloakProvider(options).acquire(acquireRequest())
  return { token, claims: decodeJwt(token.reveal()) }
}
