import { randomBytes } from 'node:crypto'
import { freePort } from '../process/free-port.ts'
import { temporaryFolder } from '../process/temporary-folder.ts'
import { LaunchedOrthanc } from './launched-orthanc.ts'

/** As in `DicomWeb.Servers` of Orthanc's configuration: an object, or ["url", "user", "password"]. */
export type ServerDefinition = Readonly<Record<string, unknown>> | readonly string[]

export interface OrthancOptions {
  /** `DicomWeb.Servers`. Default: none. */
  readonly servers?: Readonly<Record<string, ServerDefinition>>
  /** More of the section `DicomWeb`. */
  readonly dicomWeb?: Readonly<Record<string, unknown>>
  /** Other sections and keys, which beat the launcher's own. */
  readonly configuration?: Readonly<Record<string, unknown>>
  /** Where configuration and storage go, and stay. Default: a temporary folder, removed at the end. */
  readonly folder?: string
  /** Of HTTP. Default: a free one. */
  readonly port?: number
  /** The most detailed log, which shows what plugins were sent. Default false. */
  readonly trace?: boolean
}

const PASSWORD_BYTES = 16

/** Starts the Orthanc of this machine on loopback, with authentication on and the DICOMweb plugin alone. @throws where there is none */
export async function startOrthanc(options: OrthancOptions = {}): Promise<LaunchedOrthanc> {
  const { servers = {}, dicomWeb = {}, configuration = {}, trace = false } = options
  const folder = options.folder === undefined ? await temporaryFolder() : undefined
  const orthanc = new LaunchedOrthanc({
    folder: folder?.path ?? (options.folder as string),
    ownsFolder: folder !== undefined,
    removeFolder: async () => folder?.[Symbol.asyncDispose](),
    port: options.port ?? (await freePort()),
    dicomPort: await freePort(),
    username: 'orthanc',
    password: randomBytes(PASSWORD_BYTES).toString('hex'),
    trace,
    configuration: { DicomWeb: { Enable: true, Root: '/dicom-web/', Servers: servers, ...dicomWeb }, ...configuration },
  })
  try {
    await orthanc.start()
  } catch (error) {
    await orthanc[Symbol.asyncDispose]()
    throw error
  }
  return orthanc
}
