import type { TlsIdentity } from '@orthanc-oauth/core'
import { present } from './present.ts'
import type { ServerValues } from './schema/server-schema.ts'
import { readableFile, secretSource } from './secrets.ts'
import type { ClientAuthentication } from './server-options.ts'
import type { Settings } from './settings.ts'

/** How the client shows the issuer who it is. Every way of authentication has to have what it needs. */
export async function clientCredentials(settings: Settings<ServerValues>, required: boolean) {
  const { ClientId, PrivateKeyId, PrivateKeyAlgorithm } = settings.values
  const clientSecret = await secretSource(settings, 'ClientSecret')
  const privateKey = await secretSource(settings, 'PrivateKey')
  const federatedTokenFile = await readableFile(settings, 'FederatedTokenFile')
  const clientAuthentication = methodOf(settings)
  const needsKey = clientAuthentication === 'private_key_jwt' && settings.values.FederatedTokenFile === undefined
  const needsSecret = clientAuthentication.startsWith('client_secret_')

  if (required && !ClientId) settings.missing(['ClientId'], 'the id of the client at the issuer')
  if (required && needsSecret && clientSecret === undefined)
    settings.missing(['ClientSecret', 'ClientSecretFile'], `a secret, or ClientSecretFile, for ${clientAuthentication}`)
  if (required && needsKey && privateKey === undefined)
    settings.missing(['PrivateKey', 'PrivateKeyFile'], 'a PEM or a JWK, or PrivateKeyFile, for private_key_jwt')
  if (clientSecret !== undefined && !needsSecret) unused(settings, 'ClientSecret', clientAuthentication)
  if (privateKey !== undefined && !needsKey) unused(settings, 'PrivateKey', clientAuthentication)

  return {
    clientId: ClientId || undefined,
    clientAuthentication,
    clientSecret: needsSecret ? clientSecret : undefined,
    privateKey: needsKey ? privateKey : undefined,
    privateKeyId: PrivateKeyId || undefined,
    privateKeyAlgorithm: PrivateKeyAlgorithm || undefined,
    federatedTokenFile,
    ...(await certificate(settings, clientAuthentication, needsKey)),
  }
}

function methodOf(settings: Settings<ServerValues>): ClientAuthentication {
  const { ClientAuthentication, FederatedTokenFile } = settings.values
  if (FederatedTokenFile === undefined) return ClientAuthentication ?? 'client_secret_post'
  if (ClientAuthentication !== undefined && ClientAuthentication !== 'private_key_jwt')
    settings.report('CFG-105', 'ClientAuthentication', {
      found: `both FederatedTokenFile and ${ClientAuthentication}`,
      expected: 'one of the two: the federated token is the authentication, as private_key_jwt has it',
    })
  return 'private_key_jwt'
}

/** With its key it is shown on connections; without, its thumbprint goes into the assertions of private_key_jwt. */
async function certificate(settings: Settings<ServerValues>, method: ClientAuthentication, isForAssertions: boolean) {
  const { ClientCertificateFile, ClientCertificateKeyFile } = settings.values
  const certificateFile = await readableFile(settings, 'ClientCertificateFile')
  const keyFile = await readableFile(settings, 'ClientCertificateKeyFile')
  const keyPassword = await secretSource(settings, 'ClientCertificateKeyPassword')
  const isShown = ClientCertificateKeyFile !== undefined || method === 'tls_client_auth'

  if (isShown && ClientCertificateFile === undefined)
    settings.missing(['ClientCertificateFile'], 'the path of the certificate to ClientCertificateKeyFile')
  if ((isShown || (ClientCertificateFile !== undefined && !isForAssertions)) && ClientCertificateKeyFile === undefined)
    settings.missing(['ClientCertificateKeyFile'], 'the path of the private key to ClientCertificateFile')
  if (keyPassword !== undefined && ClientCertificateKeyFile === undefined)
    settings.missing(
      ['ClientCertificateKeyFile'],
      'the path of the private key that ClientCertificateKeyPassword opens',
    )
  if (isShown) overHttps(settings)

  if (certificateFile === undefined || keyFile === undefined) return { clientCertificateFile: certificateFile }
  return { clientCertificate: present({ certificateFile, keyFile, keyPassword }) satisfies TlsIdentity }
}

/** Over plain http there is nobody to show a certificate to. */
function overHttps(settings: Settings<ServerValues>): void {
  for (const key of ['Url', 'DicomWebRoot', 'TokenEndpoint', 'Issuer', 'RealmUrl'] as const)
    if (settings.values[key]?.startsWith('http:'))
      settings.report('CFG-002', key, {
        found: 'plain http, to which no certificate can be shown',
        expected: 'https, or no ClientCertificateFile',
      })
}

function unused(
  settings: Settings<ServerValues>,
  key: 'ClientSecret' | 'PrivateKey',
  method: ClientAuthentication,
): void {
  const { [key]: value, FederatedTokenFile } = settings.values
  settings.warn(
    value === undefined ? `${key}File` : key,
    `has no effect with ${FederatedTokenFile === undefined ? `ClientAuthentication ${method}` : 'FederatedTokenFile'}`,
  )
}
