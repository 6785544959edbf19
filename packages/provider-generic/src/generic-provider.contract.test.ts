import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@orthanc-oauth/core'
import {
  type ContractSubject,
  certificates,
  type IssuerOptions,
  oauthFailures,
  providerContract,
  startFaultServer,
  startIssuer,
  startShiftedIssuer,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import {
  type Around,
  type ContractClient,
  certificateClient,
  keyClient,
  publicClient,
  secretClient,
} from './contract-clients.fixture.ts'
import { genericProvider } from './generic-provider.ts'

const LIFETIME = 60_000

interface Way {
  readonly name: string
  readonly rotations: readonly string[]
  readonly client: (around: Around) => Promise<ContractClient>
  readonly dpop?: boolean
  readonly mutualTls?: boolean
}

const ways: readonly Way[] = [
  ...(['client_secret_post', 'client_secret_basic', 'client_secret_jwt'] as const).map((method) => ({
    name: method,
    rotations: ['secret'],
    client: (around: Around) => secretClient(around, method),
  })),
  { name: 'private_key_jwt', rotations: ['private key', 'token file'], client: keyClient },
  { name: 'tls_client_auth', rotations: ['certificate'], client: certificateClient, mutualTls: true },
  { name: 'DPoP with nonces', rotations: ['private key'], client: keyClient, dpop: true },
  { name: 'none', rotations: [], client: publicClient },
]

async function subjectFor({ client: clientIn, dpop = false, mutualTls = false }: Way): Promise<ContractSubject> {
  await using stack = new AsyncDisposableStack()
  const pki = await certificates()
  const folder = stack.use(await temporaryFolder())
  const file = async (name: string, text: string) => {
    const path = join(folder.path, name)
    await writeFile(path, text)
    return path
  }
  const issuerOptions: IssuerOptions = {
    tokenLifetime: LIFETIME,
    ...(dpop && { dpop: 'required-with-nonce' }),
    ...(mutualTls && { tls: pki.server, clientCa: pki.ca.certificate }),
  }
  const issuer = stack.use(await startIssuer(issuerOptions))
  const faulty = stack.use(await startFaultServer(mutualTls ? { tls: pki.server } : {}))
  const client = await clientIn({ issuer, pki, dpop, file })
  const { options } = client
  const owned = stack.move()
  return {
    provider: () => genericProvider(options),
    issued: () => issuer.requests.flatMap(({ token }) => token ?? []),
    lifetime: LIFETIME,
    tokenType: dpop ? 'DPoP' : 'Bearer',
    misbehaving(behaviour) {
      faulty.always(behaviour)
      return genericProvider({ ...options, tokenEndpoint: `${faulty.url}/token` })
    },
    secrets: client.secrets,
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
        { caFile: 'other.pem' },
        { verifyTls: false },
        { allowInsecureHttp: true },
        { httpProxy: new Secret('http://proxy.example') },
        { httpProxy: new Secret('http://user:password@proxy.example') },
        { dpop: !dpop },
        ...client.variants,
      ].map((changed) => genericProvider({ ...options, ...changed })),
    rotations: client.rotations,
    async atIssuerWithClock(offset) {
      const {
        issuer: shifted,
        clientId,
        clientSecret,
        scope,
        ...rest
      } = await startShiftedIssuer({
        offset,
        tokenLifetime: LIFETIME,
      })
      const secret = new Secret(clientSecret)
      return {
        provider: genericProvider({ issuer: shifted, clientId, clientSecret: secret, scope }),
        lifetime: LIFETIME,
        [Symbol.asyncDispose]: rest[Symbol.asyncDispose],
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

for (const way of ways)
  providerContract({
    name: `generic, ${way.name}`,
    setUp: () => subjectFor(way),
    rotations: way.rotations,
    shiftsClock: way.name === 'client_secret_post', // by a secret an issuer takes whom it takes, whatever the time
    failures: oauthFailures,
  })
