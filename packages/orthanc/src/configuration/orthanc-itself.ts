import type { Sources } from '../json/sources.ts'
import { toValue } from '../json/to-value.ts'
import type { Problems } from './problems.ts'

/** Orthanc's own defaults. */
const DEFAULT_HTTP_PORT = 8042
const DEFAULT_DICOM_WEB_ROOT = '/dicom-web/'
const HIGHEST_PORT = 65_535

/** What the files tell Orthanc about itself, where it concerns us. */
export interface OrthancItself {
  /** Of its REST API on this machine, with a slash at its end. */
  readonly url: string
  /** RegisteredUsers: passwords by name, in their order. */
  readonly users: ReadonlyMap<string, string>
  /** Without slashes at its ends. */
  readonly dicomWebRoot: string
  /** DicomWeb.Servers by name, as it is written. */
  readonly servers: ReadonlyMap<string, unknown>
}

/** Reads what concerns us of Orthanc's own options, and refuses `DicomWeb.OAuth`, which nobody ever read. */
export function orthancItself(sources: Sources, problems: Problems): OrthancItself {
  const value = (key: string) => {
    const node = sources.section(key)
    // What is twice here is Orthanc's affair: it takes the last.
    return (
      node &&
      toValue(
        node,
        [key],
        () => undefined,
        () => key === 'RegisteredUsers',
      )
    )
  }
  const { Root: root = DEFAULT_DICOM_WEB_ROOT, Servers: servers, OAuth: never } = object(value('DicomWeb'))
  if (never !== undefined)
    problems.report('CFG-100', ['DicomWeb', 'OAuth'], {
      found: 'a section that was never read, whatever documents show it',
      expected: 'the section DicomWebOAuth beside DicomWeb, with the same servers',
    })
  if (sources.section('GoogleCloudPlatform') !== undefined)
    problems.warn(['GoogleCloudPlatform'], 'is not read yet by this version: a server in it gets no token from here')
  if (typeof root !== 'string')
    problems.report('CFG-002', ['DicomWeb', 'Root'], {
      found: `a ${typeof root}`,
      expected: 'a string such as /dicom-web/',
    })
  const users = Object.entries(object(value('RegisteredUsers'))).filter(
    (user): user is [string, string] => typeof user[1] === 'string',
  )
  return {
    url: ownUrl(value('HttpPort') ?? DEFAULT_HTTP_PORT, value('SslEnabled') === true, problems),
    users: new Map(users),
    dicomWebRoot: String(root).replace(/^\/+|\/+$/g, ''),
    servers: new Map(Object.entries(object(servers))),
  }
}

/** A certificate names a host rather than an address, so https asks for localhost. */
function ownUrl(port: unknown, secure: boolean, problems: Problems): string {
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > HIGHEST_PORT)
    problems.report('CFG-002', ['HttpPort'], {
      found: `a ${typeof port}`,
      expected: `a whole number from 1 to ${HIGHEST_PORT}`,
    })
  return secure ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
