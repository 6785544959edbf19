import { Secret } from '@orthanc-oauth/core'
import { keycloakProvider } from '@orthanc-oauth/provider-keycloak'
import { type ContractSubject, oauthFailures, providerContract, startFaultServer } from '@orthanc-oauth/testing'
import { startRecordingFront } from './recording-front.ts'
import type { KeycloakWorld } from './world.ts'

const METHODS = ['client_secret_post', 'client_secret_jwt', 'private_key_jwt'] as const
type Method = (typeof METHODS)[number]

/** What every provider must do, here in front of a real Keycloak. */
export function contractTests(world: () => KeycloakWorld): void {
  for (const method of METHODS)
    providerContract({
      name: `the contract of a provider, by ${method}`,
      setUp: () => subjectFor(world(), method),
      rotations: method === 'private_key_jwt' ? [] : ['secret'],
      shiftsClock: false, // one Keycloak serves all of these tests, by one clock
      failures: oauthFailures,
    })
}

async function subjectFor(
  { keycloak, file, options: optionsOf }: KeycloakWorld,
  method: Method,
): Promise<ContractSubject> {
  const front = await startRecordingFront(keycloak.url)
  const faulty = await startFaultServer()
  const options = { ...optionsOf(method), realmUrl: `${front.url}/realms/orthanc` }
  const client = keycloak.clients[method]
  const secretName = `secret-of-${method}`
  const secretFile = 'clientSecret' in client ? await file(secretName, client.clientSecret) : undefined
  return {
    provider: () => keycloakProvider(options),
    issued: () => front.issued,
    get lifetime() {
      return front.lastLifetime
    },
    misbehaving(behaviour) {
      faulty.always(behaviour)
      return keycloakProvider({ ...options, tokenEndpoint: `${faulty.url}/token` })
    },
    secrets: [options.clientSecret, options.privateKey].flatMap((one) => (one instanceof Secret ? [one.reveal()] : [])),
    variants: () =>
      [
        { realmUrl: `${front.url}/realms/other` },
        { realmUrl: `${front.url}/auth/realms/orthanc` },
        { tokenEndpoint: `${front.url}/token` },
        { clientId: 'other' },
        { scope: 'dicom.read' },
        { audience: 'https://other.example/' },
        { dpop: true },
      ].map((changed) => keycloakProvider({ ...options, ...changed })),
    ...(secretFile !== undefined &&
      'clientSecret' in client && {
        rotations: {
          secret: {
            provider: keycloakProvider({ ...options, clientSecret: { file: secretFile } }),
            rotateAtIssuer: async () => {
              client.clientSecret = await keycloak.admin.rotateSecret(client.clientId)
            },
            rotateInFile: async () => {
              await file(secretName, client.clientSecret)
            },
          },
        },
      }),
    async [Symbol.asyncDispose]() {
      await faulty[Symbol.asyncDispose]()
      await front[Symbol.asyncDispose]()
    },
  }
}
