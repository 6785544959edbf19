import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { Secret } from '@orthanc-oauth/core'
import {
  type Certificates,
  clientCertificateFor,
  type Issuer,
  type Rotation,
  randomSecret,
  type TestClients,
} from '@orthanc-oauth/testing'
import { SignJWT } from 'jose'
import { genericProvider } from './generic-provider.ts'
import type { GenericProviderOptions } from './options/generic-provider-options.ts'

/** What a client needs around it. */
export interface Around {
  readonly issuer: Issuer
  readonly pki: Certificates
  /** Whether its tokens are to be bound to a key. */
  readonly dpop: boolean
  /** Writes a file, and says where. */
  file(name: string, text: string): Promise<string>
}

export interface ContractClient {
  readonly options: GenericProviderOptions
  /** In clear. */
  readonly secrets: readonly string[]
  readonly rotations: Readonly<Record<string, Rotation>>
  readonly variants: readonly Partial<GenericProviderOptions>[]
}

export async function secretClient(
  around: Around,
  method: 'client_secret_post' | 'client_secret_basic' | 'client_secret_jwt',
): Promise<ContractClient> {
  const { issuer, file } = around
  const client = issuer.clients[method]
  const options = { ...known(around, client), clientSecret: new Secret(client.clientSecret) }
  const inFile = await file('secret', `${client.clientSecret}\n`)
  return {
    options,
    secrets: [client.clientSecret],
    rotations: {
      secret: {
        provider: genericProvider({ ...options, clientSecret: { file: inFile } }),
        rotateAtIssuer: async () => {
          client.clientSecret = randomSecret()
        },
        rotateInFile: async () => {
          await file('secret', `${client.clientSecret}\n`)
        },
      },
    },
    variants: [
      { clientSecret: new Secret('another') },
      { clientSecret: { file: 'a' } },
      { clientSecret: { file: 'b' } },
    ],
  }
}

export async function keyClient(around: Around): Promise<ContractClient> {
  const { issuer, file } = around
  const client = issuer.clients.private_key_jwt
  const { rsa } = client.keys
  const options = { ...known(around, client), privateKey: new Secret(pem(rsa.key)), privateKeyId: rsa.keyId }
  const inFile = await file('private-key', pem(rsa.key))
  return {
    options,
    secrets: [pem(rsa.key), String(rsa.key.export({ format: 'jwk' }).d)],
    rotations: {
      'token file': await tokenFileRotation(around),
      'private key': {
        provider: genericProvider({ ...options, privateKey: { file: inFile } }),
        rotateAtIssuer: async () => {
          client.keys.rsa = { ...rsa, key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }
        },
        rotateInFile: async () => {
          await file('private-key', pem(client.keys.rsa.key))
        },
      },
    },
    variants: [{ privateKeyId: 'other' }, { privateKeyAlgorithm: 'PS256' }, { certificateFile: 'certificate.pem' }],
  }
}

export async function certificateClient(around: Around): Promise<ContractClient> {
  const { issuer, pki, file } = around
  const client = issuer.clients.tls_client_auth
  const caFile = await file('ca.pem', pki.ca.certificate)
  const write = async (name: string, { key, certificate }: Certificates['client']) => ({
    certificateFile: await file(`${name}.crt`, certificate),
    keyFile: await file(`${name}.key`, key),
  })
  const options = { ...known(around, client), caFile, clientCertificate: await write('client', pki.client) }
  const clientCertificate = await write('rotated', pki.client)
  return {
    options,
    secrets: [pki.client.key],
    rotations: {
      certificate: {
        provider: genericProvider({ ...options, clientCertificate }),
        rotateAtIssuer: async () => {
          client.subject = 'CN=renewed'
        },
        rotateInFile: async () => {
          await write('rotated', await clientCertificateFor('renewed', pki.ca))
        },
      },
    },
    variants: [{ clientCertificate: { certificateFile: 'a', keyFile: 'b' } }],
  }
}

/** Somebody else signs the assertion; the issuer takes each of them once. */
async function tokenFileRotation(around: Around): Promise<Rotation> {
  const { issuer, file } = around
  const client = issuer.clients.private_key_jwt
  const { key, keyId } = client.keys.p256
  const assertion = () =>
    new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(client.clientId)
      .setSubject(client.clientId)
      .setAudience(issuer.issuer)
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(key)
  const inFile = await file('assertion', await assertion())
  return {
    provider: genericProvider({ ...known(around, client), clientAssertion: { file: inFile } }),
    rotateAtIssuer: async () => undefined,
    rotateInFile: async () => {
      await file('assertion', await assertion())
    },
  }
}

export async function publicClient(around: Around): Promise<ContractClient> {
  const { issuer } = around
  return { options: known(around, issuer.clients.none), secrets: [], rotations: {}, variants: [] }
}

function known(
  { issuer: { issuer }, dpop }: Around,
  { clientId, clientAuthentication, scope }: TestClients[keyof TestClients],
) {
  return { issuer, clientId, clientAuthentication, scope, dpop }
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
