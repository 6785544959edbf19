import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DicomWebOrigin,
  type FaultServer,
  type Issuer,
  json,
  type LabelledSecrets,
  startDicomWebOrigin,
  startEmbeddedDicomWeb,
  startFaultServer,
  startIssuer,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { type RecordedClient, recordedClient } from './recorded-client.ts'
import type { Serve } from './serve.ts'

/** Milliseconds: the shortest that the issuer gives. */
const TOKEN_LIFETIME = 2_000
/** Milliseconds. `exp` is in whole seconds, rounded down. */
const LEEWAY = 1_000
const PASSWORD_BYTES = 16
/** Of the control API, more than a test makes: the default is 10 in a minute. */
const CALLS = 100

/** Everything around a bridge, and every secret that any of it ever had. */
export interface WatchedWorld extends AsyncDisposable {
  readonly configurationFile: string
  readonly issuer: Issuer
  /** In front of the issuer's token endpoint. */
  readonly endpoint: FaultServer
  readonly origin: DicomWebOrigin
  /** That the bridge is configured with. */
  readonly clientSecret: string
  /** Of the client that a person set up. */
  readonly username: string
  /** The first token that the issuer gave. */
  formerToken(): string
  /** All that there have been until now. */
  secrets(): LabelledSecrets & { readonly token: readonly string[]; readonly dataPassword: readonly string[] }
  /** Bodies of requests to the token endpoint. */
  readonly heardByIssuer: string
  clientOf(bridge: Serve): RecordedClient
}

export async function startWatchedWorld(): Promise<WatchedWorld> {
  await using stack = new AsyncDisposableStack()
  const issuer = stack.use(await startIssuer({ tokenLifetime: TOKEN_LIFETIME }))
  const endpoint = stack.use(await startFaultServer({ target: issuer.issuer }))
  const behind = stack.use(await startEmbeddedDicomWeb())
  const origin = stack.use(await startDicomWebOrigin({ issuer, behind, leeway: LEEWAY }))
  const orthanc = stack.use(await startFaultServer())
  orthanc.always(json({})) // takes every definition, and knows none
  const folder = stack.use(await temporaryFolder())

  const { client_secret_post: client } = issuer.clients
  const { clientSecret } = client
  const username = 'viewer'
  const clientPassword = randomBytes(PASSWORD_BYTES).toString('hex')
  const orthancPassword = randomBytes(PASSWORD_BYTES).toString('hex')
  const configurationFile = join(folder.path, 'orthanc.json')
  const section = {
    Listen: '127.0.0.1:0',
    ControlListen: '127.0.0.1:0',
    RateLimitRequests: CALLS,
    ClientUsername: username,
    ClientPassword: clientPassword,
    Orthanc: { Url: orthanc.url, Username: 'orthanc', Password: orthancPassword },
    Servers: {
      pacs: {
        Url: origin.dicomWebUrl,
        TokenEndpoint: `${endpoint.url}/token`,
        ClientId: client.clientId,
        ClientSecret: clientSecret,
        Scope: client.scope,
      },
    },
  }
  await writeFile(configurationFile, JSON.stringify({ DicomWebOAuth: section }))

  const tokens = () => issuer.tokenRequests.flatMap(({ token }) => token ?? [])
  const definitions = () => orthanc.requests.filter(({ method }) => method === 'PUT').map((put) => put.text())
  const owned = stack.move()
  return {
    configurationFile,
    issuer,
    endpoint,
    origin,
    clientSecret,
    username,
    formerToken: () => tokens()[0] ?? '',
    secrets: () => ({
      'client secret': [clientSecret, client.clientSecret],
      'client password': clientPassword,
      "Orthanc's password": orthancPassword,
      dataPassword: definitions().map((text) => (JSON.parse(text) as { Password: string }).Password),
      token: tokens(),
    }),
    get heardByIssuer() {
      return endpoint.requests.map((request) => request.text()).join('\n')
    },
    clientOf: (bridge) => recordedClient(bridge, `Basic ${btoa(`${username}:${clientPassword}`)}`),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
