import { type Bridge, createBridge } from '@orthanc-oauth/bridge'
import {
  type Behaviour,
  type FakeClock,
  type FaultServer,
  fakeClock,
  json,
  type LaunchedOrthanc,
  orthancAvailable,
  type ServerDefinition,
  startFaultServer,
  startOrthanc,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { serverDefaults, writeConfiguration } from './bridge-configuration.ts'
import { ask } from './client.ts'
import { fault, type Seen } from './fault.ts'
import { tokenAnswer } from './token-answers.ts'
import { until } from './until.ts'

/** Milliseconds between two looks of the bridge at Orthanc, as design and documents promise. */
export const LOOK = 5_000

export interface OrthancWorldOptions {
  /** Names of the bridge's servers. Default: cloud. */
  readonly servers?: readonly string[]
  /** `DicomWeb.Servers` of Orthanc; the bridge reads them too, unless `sharedFile` is false. */
  readonly definitions?: Readonly<Record<string, ServerDefinition>>
  readonly sharedFile?: boolean
  /** What becomes of the first PUTs of cloud on their way to Orthanc. Default: they reach it. */
  readonly puts?: (orthanc: LaunchedOrthanc) => readonly Behaviour[]
}

interface Registration {
  readonly state: string
  readonly error: { readonly error_code: string; readonly message: string } | null
}

/** A real Orthanc with the bridge beside it; a fault server stands in front of Orthanc, another is the DICOMweb server. */
export interface OrthancWorld extends AsyncDisposable {
  readonly orthanc: LaunchedOrthanc
  /** What the bridge talks to in the place of Orthanc. */
  readonly front: FaultServer
  readonly origin: FaultServer
  readonly bridge: Bridge
  readonly clock: FakeClock
  /** Milliseconds go by, and a look that this began is over. */
  pass(ms: number): Promise<void>
  /** The bridge looks at Orthanc this often. */
  look(times?: number): Promise<void>
  /** What Orthanc knows of a server now. */
  definition(name: string): Promise<Readonly<Record<string, unknown>> | undefined>
  /** What the control listener says of a server's registration. */
  registration(name: string): Promise<Registration>
  /** Whether the definition leads to the bridge. */
  leadsToBridge(name: string): Promise<boolean>
}

export async function orthancWorld(options: OrthancWorldOptions = {}): Promise<OrthancWorld> {
  const { servers = ['cloud'], definitions = {}, sharedFile = true, puts } = options
  const [orthanc, endpoint, origin, folder] = await Promise.all([
    startOrthanc({ servers: definitions }),
    startFaultServer(),
    startFaultServer(),
    temporaryFolder(),
  ])
  endpoint.always(tokenAnswer())
  origin.always(json([]))
  const front = await startFaultServer({ target: orthanc.url })
  front.nextAt('/dicom-web/servers/cloud', ...(puts?.(orthanc) ?? []))
  const clock = fakeClock()
  const tokenEndpoint = `${endpoint.url}/token`
  const server = (name: string) => ({ ...serverDefaults, Url: `${origin.url}/${name}`, TokenEndpoint: tokenEndpoint })
  const configuration = await writeConfiguration(folder.path, {
    server: origin.url,
    tokenEndpoint,
    section: {
      Servers: Object.fromEntries(servers.map((name) => [name, server(name)])),
      Orthanc: { Url: front.url, Username: orthanc.username, Password: orthanc.password },
    },
    ...(sharedFile && { orthanc: { DicomWeb: { Servers: definitions } } }),
  })
  const bridge = await createBridge({ configuration, env: {}, clock })
  await bridge.start()
  const definition = async (name: string) => (await orthanc.servers())[name]
  const registration = async (name: string) => {
    const { body } = await ask(`${bridge.controlUrl}/dicomweb-oauth/servers`, { headers: { authorization: undefined } })
    const views: { name: string; registration: Registration }[] = JSON.parse(body).data.servers
    const view = views.find((candidate) => candidate.name === name)
    if (view === undefined) throw new Error(`The control listener shows no server ${name}`)
    return view.registration
  }
  await until(async () => (await Promise.all(servers.map(registration))).every(isKnown))
  const { pending: idle } = clock // the moment of the next look is set
  const pass = async (ms: number) => {
    await clock.advance(ms)
    await until(() => clock.pending >= idle)
  }
  return {
    orthanc,
    front,
    origin,
    bridge,
    clock,
    definition,
    registration,
    pass,
    async look(times = 1) {
      for (let time = 0; time < times; time++) await pass(LOOK)
    },
    async leadsToBridge(name) {
      return (await definition(name))?.Url === `${bridge.dataUrl}/${name}/`
    },
    async [Symbol.asyncDispose]() {
      for (const part of [bridge, front, orthanc, endpoint, origin, folder]) await part[Symbol.asyncDispose]()
    },
  }
}

const isKnown = ({ state, error }: Registration) => state !== 'waiting for Orthanc' || error !== null

/** As `fault`, where there is an Orthanc. */
export function orthancFault(id: string, title: string, run: (seen: Seen) => Promise<void>): void {
  fault(id, title, (seen, context) => {
    context.skip(!orthancAvailable(), 'Orthanc is missing')
    return run(seen)
  })
}
