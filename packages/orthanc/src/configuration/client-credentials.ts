import type { ServerValues } from './schema/server-schema.ts'
import { readableFile, secretSource } from './secrets.ts'
import type { ClientAuthentication } from './server-options.ts'
import type { Settings } from './settings.ts'

/** How the client shows the issuer who it is. Every way of authentication has to have what it needs. */
export async function clientCredentials(settings: Settings<ServerValues>, required: boolean) {
  const { ClientId, ClientAuthentication, PrivateKeyId, PrivateKeyAlgorithm } = settings.values
  const clientAuthentication = supported(settings, ClientAuthentication)
  const clientSecret = await secretSource(settings, 'ClientSecret')
  const privateKey = await secretSource(settings, 'PrivateKey')
  const clientCertificateFile = await readableFile(settings, 'ClientCertificateFile')
  const needsKey = clientAuthentication === 'private_key_jwt'
  const needsSecret = clientAuthentication.startsWith('client_secret_')

  if (required && !ClientId) settings.missing(['ClientId'], 'the id of the client at the issuer')
  if (required && needsSecret && clientSecret === undefined)
    settings.missing(['ClientSecret', 'ClientSecretFile'], `a secret, or ClientSecretFile, for ${ClientAuthentication}`)
  if (required && needsKey && privateKey === undefined)
    settings.missing(['PrivateKey', 'PrivateKeyFile'], 'a PEM or a JWK, or PrivateKeyFile, for private_key_jwt')
  if (clientCertificateFile !== undefined && !needsKey)
    settings.report('CFG-103', 'ClientCertificateFile', {
      found: 'a key whose work is still to come (tokens bound to a client certificate)',
      expected: 'ClientAuthentication private_key_jwt, whose assertion names the certificate, or no such key',
    })
  if (clientSecret !== undefined && !needsSecret) unused(settings, 'ClientSecret')
  if (privateKey !== undefined && !needsKey) unused(settings, 'PrivateKey')

  return {
    clientId: ClientId || undefined,
    clientAuthentication,
    clientSecret: needsSecret ? clientSecret : undefined,
    privateKey: needsKey ? privateKey : undefined,
    privateKeyId: PrivateKeyId || undefined,
    privateKeyAlgorithm: PrivateKeyAlgorithm || undefined,
    clientCertificateFile,
  }
}

function supported(
  settings: Settings<ServerValues>,
  authentication: ServerValues['ClientAuthentication'],
): ClientAuthentication {
  if (authentication !== 'tls_client_auth') return authentication
  settings.report('CFG-103', 'ClientAuthentication', {
    found: 'tls_client_auth, whose work is still to come',
    expected: 'private_key_jwt, which is as strong, or another that the issuer allows',
  })
  return 'none'
}

function unused(settings: Settings<ServerValues>, key: 'ClientSecret' | 'PrivateKey'): void {
  const { [key]: value, ClientAuthentication } = settings.values
  settings.warn(
    value === undefined ? `${key}File` : key,
    `has no effect with ClientAuthentication ${ClientAuthentication}`,
  )
}
