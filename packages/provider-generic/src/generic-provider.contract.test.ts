import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@orthanc-oauth/core'
import {
  type Behaviour,
  type ContractSubject,
  oauthFailures,
  providerContract,
  randomSecret,
  type SecretClient,
  startFaultServer,
  startIssuer,
  type TestClients,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { genericProvider } from './generic-provider.ts'
import type { GenericProviderOptions } from './options/generic-provider-options.ts'

const LIFETIME = 60_000

/** What a client of the test issuer is configured with, its secret or key in memory. */
function optionsFor(client: TestClients[keyof TestClients]): GenericProviderOptions {
  const { clientId, clientAuthentication, scope } = client
  return {
    clientId,
    clientAuthentication,
    scope,
    ...('clientSecret' in client && { clientSecret: new Secret(client.clientSecret) }),
    ...('keys' in client && { privateKey: new Secret(pemOf(client)), privateKeyId: client.keys.rsa.keyId }),
  }
}

function pemOf({ keys }: TestClients['private_key_jwt']): string {
  return keys.rsa.key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

async function subjectFor(method: keyof TestClients): Promise<ContractSubject> {
  const issuer = await startIssuer({ tokenLifetime: LIFETIME })
  const faulty = await startFaultServer()
  const folder = await temporaryFolder()
  const client = issuer.clients[method]
  const options = { ...optionsFor(client), issuer: issuer.issuer }
  const secretFile = join(folder.path, 'secret')
  if ('clientSecret' in client) await writeFile(secretFile, `${client.clientSecret}\n`)
  const fromFile = genericProvider({ ...options, clientSecret: { file: secretFile } })
  return {
    provider: () => genericProvider(options),
    issued: () => issuer.requests.flatMap(({ token }) => token ?? []),
    lifetime: LIFETIME,
    misbehaving(behaviour: Behaviour) {
      faulty.always(behaviour)
      return genericProvider({ ...options, tokenEndpoint: `${faulty.url}/token` })
    },
    secrets: [
      ...('clientSecret' in client ? [client.clientSecret] : []),
      ...('keys' in client ? [pemOf(client), String(client.keys.rsa.key.export({ format: 'jwk' }).d)] : []),
    ],
    variants: () =>
      [
        { issuer: 'https://other.example/' },
        { tokenEndpoint: issuer.tokenEndpoint },
        { tokenEndpoint: `${issuer.tokenEndpoint}?key=1` },
        { clientId: 'other' },
        { scope: 'dicom.read' },
        { audience: issuer.audience },
        { resource: issuer.audience },
        { extraParameters: { tenant: 'a', other: 'b' } },
        { extraParameters: { tenant: 'a', other: 'c' } },
        { caFile: 'ca.pem' },
        { verifyTls: false },
        { allowInsecureHttp: true },
        ...('clientSecret' in client
          ? [{ clientSecret: new Secret('another') }, { clientSecret: { file: 'a' } }, { clientSecret: { file: 'b' } }]
          : []),
        ...('keys' in client
          ? [{ privateKeyId: 'other' }, { privateKeyAlgorithm: 'PS256' }, { certificateFile: 'certificate.pem' }]
          : []),
      ].map((changed) => genericProvider({ ...options, ...changed })),
    ...('clientSecret' in client && { rotation: rotationOf(client, secretFile, fromFile) }),
    async [Symbol.asyncDispose]() {
      await faulty[Symbol.asyncDispose]()
      await issuer[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function rotationOf(client: SecretClient, file: string, provider: ReturnType<typeof genericProvider>) {
  return {
    provider,
    rotateAtIssuer: async () => {
      client.clientSecret = randomSecret()
    },
    rotateInFile: () => writeFile(file, `${client.clientSecret}\n`),
  }
}

for (const method of [
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
] as const)
  providerContract({
    name: `generic, ${method}`,
    setUp: () => subjectFor(method),
    rotates: method.startsWith('client_secret'),
    failures: oauthFailures,
  })
