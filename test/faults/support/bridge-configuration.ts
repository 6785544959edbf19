import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a client that a person sets up shows (ClientUsername, ClientPassword). */
export const LOGIN = `Basic ${Buffer.from('viewer:the-password-of-the-viewer').toString('base64')}`

/** Nothing listens there: the default would be whatever Orthanc somebody runs on this machine. */
const NO_ORTHANC = 'http://127.0.0.1:2/'

export interface BridgeConfiguration {
  /** Base of the DICOMweb server that `/cloud/` leads to. */
  readonly server: string
  readonly tokenEndpoint: string
  /** More keys of that server, which beat those here. */
  readonly serverKeys?: Readonly<Record<string, unknown>>
  /** More servers, by name; with the same issuer and client where their keys do not say otherwise. */
  readonly servers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** More of DicomWebOAuth. */
  readonly section?: Readonly<Record<string, unknown>>
  /** Orthanc's own options. */
  readonly orthanc?: Readonly<Record<string, unknown>>
}

/** Writes an Orthanc configuration with a section DicomWebOAuth, both listeners on free ports. @returns its path */
export async function writeConfiguration(folder: string, configuration: BridgeConfiguration): Promise<string> {
  const { server, tokenEndpoint, serverKeys, servers = {}, section, orthanc } = configuration
  const withDefaults = (keys: object = {}) => ({ ...serverDefaults, TokenEndpoint: tokenEndpoint, ...keys })
  const others = Object.entries(servers).map(([name, keys]) => [name, withDefaults(keys)])
  const file = join(folder, 'orthanc.json')
  const content = {
    ...orthanc,
    DicomWebOAuth: {
      Listen: '127.0.0.1:0',
      ControlListen: '127.0.0.1:0',
      Orthanc: { Url: NO_ORTHANC },
      ClientUsername: 'viewer',
      ClientPassword: 'the-password-of-the-viewer',
      Servers: { cloud: withDefaults({ Url: server, ...serverKeys }), ...Object.fromEntries(others) },
      ...section,
    },
  }
  await writeFile(file, JSON.stringify(content, undefined, 2))
  return file
}

export const serverDefaults = { ClientId: 'orthanc', ClientSecret: 'the-secret-of-the-client', Scope: 'dicomweb' }
