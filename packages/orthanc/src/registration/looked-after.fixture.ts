import { Secret } from '@orthanc-oauth/core'
import { fakeClock, type LaunchedOrthanc } from '@orthanc-oauth/testing'
import { vi } from 'vitest'
import { plainServer, written } from '../configuration/written.fixture.ts'
import { httpOrthancApi } from './http-orthanc-api.ts'
import type { OrthancApi } from './orthanc-api.ts'
import { Registrar } from './registrar.ts'
import type { RegistrationStatus } from './registration-status.ts'

export const ADVERTISE = 'http://127.0.0.1:9042'
export const LOOK = 5000

export interface Options {
  /** Keys of a server, by its name. Default: one called pacs. */
  readonly servers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** `DicomWeb.Servers` of the configuration that is read here; Orthanc's own is that of its launcher. */
  readonly templates?: Readonly<Record<string, unknown>>
  /** What stands between: the URL at which Orthanc is asked. */
  readonly url?: string
  readonly password?: string
  readonly username?: string
  readonly advertise?: string
  /** In the place of Orthanc's own. */
  readonly api?: OrthancApi
}

/** A registrar that looks after an Orthanc, by a clock that stands still between its looks. */
export async function lookedAfter(
  orthanc: Pick<LaunchedOrthanc, 'url' | 'username' | 'password'>,
  options: Options = {},
) {
  const { servers = { pacs: {} }, templates = {}, username = 'bridge-1', advertise = ADVERTISE } = options
  const entries = Object.entries(servers).map(([name, server], index) => {
    return [name, { ...plainServer, Url: `https://${index}.example/dicom-web`, ...server }]
  })
  await using files = await written(
    JSON.stringify({
      DicomWeb: { Servers: templates },
      DicomWebOAuth: {
        Orthanc: {
          Url: options.url ?? orthanc.url,
          Username: orthanc.username,
          Password: options.password ?? orthanc.password,
        },
        Servers: Object.fromEntries(entries),
      },
    }),
  )
  const configuration = await files.read()
  const clock = fakeClock()
  const registrar = new Registrar({
    api: options.api ?? httpOrthancApi(configuration.orthanc),
    servers: configuration.servers,
    templates: configuration.templates,
    advertise,
    credentials: { username, password: new Secret('password of the data listener') },
    clock,
  })
  const history: string[] = []
  const warnings: string[] = []
  registrar.events.on('status', ({ server, status }) => history.push(`${server}: ${status.state}`))
  registrar.events.on('warning', ({ message }) => warnings.push(message))
  /** The look under way is over: the next one is set. */
  const settled = () => vi.waitFor(() => expectOneTimer(clock.pending), { timeout: 20_000, interval: 5 })
  return {
    registrar,
    clock,
    /** Of every change. */
    history,
    warnings,
    status: (name = 'pacs'): RegistrationStatus | undefined => registrar.status.get(name),
    async start() {
      registrar.start()
      await settled()
    },
    /** The next look, or the first within `ms`. */
    async look(ms = LOOK) {
      await clock.advance(ms)
      await settled()
    },
    [Symbol.asyncDispose]: () => registrar[Symbol.asyncDispose](),
  }
}

function expectOneTimer(pending: number): void {
  if (pending !== 1) throw new Error(`${pending} timers are set`)
}
