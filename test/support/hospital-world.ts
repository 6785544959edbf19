import { randomBytes } from 'node:crypto'
import {
  type Behind,
  type DicomWebOrigin,
  freePort,
  type Issuer,
  type LaunchedOrthanc,
  startDicomWebOrigin,
  startEmbeddedDicomWeb,
  startIssuer,
  startOrthanc,
} from '@orthanc-oauth/testing'
import { type Serve, startServe } from './serve.ts'

/** What the hospital calls the protected servers; both want the same token. */
export const SERVERS = {
  /** A real Orthanc, whose DICOMweb plugin 1.7 deletes nothing. */
  pacs: 'pacs',
  /** The embedded server, which has DELETE. */
  archive: 'archive',
} as const
/** Milliseconds: so short that several come and go in one test. */
export const TOKEN_LIFETIME = 5_000

const CLIENT = 'viewer'
const PASSWORD_BYTES = 16

/** A hospital's real Orthanc with the bridge beside it, which reads its configuration, and what they talk to. */
export interface HospitalWorld extends AsyncDisposable {
  readonly issuer: Issuer
  /** Each accepts nothing but a valid bearer token, and counts. */
  readonly origins: Readonly<Record<keyof typeof SERVERS, DicomWebOrigin>>
  /** The hospital's. */
  readonly orthanc: LaunchedOrthanc
  /** The process that runs now. */
  readonly bridge: Serve
  /** A new process in the place of one that has ended, at the same addresses. */
  startBridge(): Promise<void>
  /** What `ClientUsername` and `ClientPassword` make (RFC 7617). */
  readonly clientAuthorization: string
}

/** The hospital's Orthanc logs all that it can, libcurl's headers included. It knows both definitions on return. */
export async function startHospitalWorld(): Promise<HospitalWorld> {
  await using stack = new AsyncDisposableStack()
  const issuer = stack.use(await startIssuer({ tokenLifetime: TOKEN_LIFETIME }))
  const protect = (behind: Behind) => startDicomWebOrigin({ issuer, behind })
  const origins = {
    pacs: stack.use(await protect(stack.use(await startOrthanc()))),
    archive: stack.use(await protect(stack.use(await startEmbeddedDicomWeb()))),
  }
  const password = randomBytes(PASSWORD_BYTES).toString('hex')
  const { clientId, clientSecret, scope } = issuer.clients.client_secret_post
  const client = {
    TokenEndpoint: issuer.tokenEndpoint,
    ClientId: clientId,
    ClientSecret: clientSecret,
    Scope: scope,
  }
  const orthanc = stack.use(
    await startOrthanc({
      trace: true,
      configuration: {
        HttpVerbose: true,
        DicomWebOAuth: {
          // As with the default ports, a bridge that is started again is found where the one before was.
          Listen: `127.0.0.1:${await freePort()}`,
          ControlListen: `127.0.0.1:${await freePort()}`,
          ClientUsername: CLIENT,
          ClientPassword: password,
          Servers: {
            [SERVERS.pacs]: { ...client, Url: origins.pacs.dicomWebUrl },
            [SERVERS.archive]: { ...client, Url: origins.archive.dicomWebUrl, HasDelete: true },
          },
        },
      },
    }),
  )
  let bridge: Serve | undefined
  const startBridge = async () => {
    await bridge?.[Symbol.asyncDispose]()
    bridge = await startServe(orthanc.configurationFile)
    for (const server of Object.values(SERVERS))
      await bridge.process.output(new RegExp(`"server":"${server}","registration":"registered"`))
  }
  stack.defer(async () => bridge?.[Symbol.asyncDispose]())
  await startBridge()
  const owned = stack.move()
  return {
    issuer,
    origins,
    orthanc,
    get bridge() {
      return bridge as Serve
    },
    startBridge,
    clientAuthorization: `Basic ${btoa(`${CLIENT}:${password}`)}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
