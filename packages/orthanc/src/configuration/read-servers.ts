import type { JsonPath } from '../json/to-value.ts'
import type { Problems } from './problems.ts'
import { readServer } from './read-server.ts'
import type { ResilienceValues } from './schema/resilience-schema.ts'
import { checkServer } from './schema/validate.ts'
import type { ServerOptions } from './server-options.ts'

/**
 * What Orthanc's `/dicom-web/servers/{name}` and one segment of a path can hold: anything but slashes, control
 * characters and the two segments that mean a folder. Names that differ in letter case alone are two servers to
 * Orthanc, and so they are here.
 */
const UNUSABLE_NAME = /[/\\\p{Cc}]|^\.{1,2}$|^$/u

/** `Servers`: each entry by itself, then what they share. */
export async function readServers(
  value: unknown,
  path: JsonPath,
  resilience: ResilienceValues | undefined,
  problems: Problems,
): Promise<ServerOptions[]> {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
  if (entries.length === 0)
    problems.report(value === undefined ? 'CFG-001' : 'CFG-002', path, {
      found: value === undefined ? 'nothing' : 'no object with a server in it',
      expected: 'an object with at least one server, by its name',
    })
  const servers: ServerOptions[] = []
  for (const [name, server] of entries) {
    const here = [...path, name]
    if (UNUSABLE_NAME.test(name) || !name.isWellFormed())
      problems.report('CFG-002', here, {
        found: 'a name that Orthanc or a URL cannot hold',
        expected: 'a name without slashes, backslashes and control characters, other than . and ..',
      })
    const read = await readServer(name, checkServer(server, here, problems, name), resilience)
    if (read !== undefined) servers.push(read)
  }
  reportSamePrefix(servers, path, problems)
  return servers
}

/** Of overlapping prefixes the longest wins; of the same prefix twice none could. */
function reportSamePrefix(servers: readonly ServerOptions[], path: JsonPath, problems: Problems): void {
  const names = new Map<string, string>()
  for (const { name, url } of servers) {
    const first = names.get(url)
    if (first === undefined) names.set(url, name)
    else
      problems.report('CFG-105', [...path, name, 'Url'], {
        found: `the Url that server ${first} has too`,
        expected: 'a Url of its own',
      })
  }
}
