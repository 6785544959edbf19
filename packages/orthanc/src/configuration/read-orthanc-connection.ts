import { Secret } from '@orthanc-oauth/core'
import type { Location } from './location.ts'
import type { OrthancConnection } from './orthanc-connection.ts'
import type { OrthancItself } from './orthanc-itself.ts'
import { present } from './present.ts'
import { configurationError, type Problems } from './problems.ts'
import type { OrthancValues } from './schema/section-schema.ts'
import { readableFile, secretSource } from './secrets.ts'
import type { Settings } from './settings.ts'
import { checkUrl, leavesInClear, withSlash } from './urls.ts'

/** What an administrator gives a container. Each beats what the files say; an empty one counts as not given. */
export interface OrthancEnvironment {
  readonly ORTHANC_URL?: string | undefined
  readonly ORTHANC_USERNAME?: string | undefined
  readonly ORTHANC_PASSWORD?: string | undefined
}

/** How to reach Orthanc: the environment, else `Orthanc` in the section, else what the same files tell Orthanc itself. */
export async function readOrthancConnection(
  settings: Settings<OrthancValues>,
  itself: OrthancItself,
  { ORTHANC_URL, ORTHANC_USERNAME, ORTHANC_PASSWORD }: OrthancEnvironment,
): Promise<OrthancConnection> {
  const { values, path, problems } = settings
  const given = await secretSource(settings, 'Password')
  const [firstUser] = itself.users.keys()
  const username = ORTHANC_USERNAME || values.Username || firstUser
  const registered = username === undefined ? undefined : itself.users.get(username)
  return present({
    url:
      checkedBase(ORTHANC_URL, IN_THE_ENVIRONMENT, problems) ??
      checkedBase(values.Url, problems.locate([...path, 'Url']), problems) ??
      itself.url,
    username,
    password: secret(ORTHANC_PASSWORD) ?? given ?? secret(registered),
    caFile: await readableFile(settings, 'CaFile'),
    dicomWebRoot: itself.dicomWebRoot,
  })
}

const secret = (value: string | undefined): Secret | undefined => (value ? new Secret(value) : undefined)

const IN_THE_ENVIRONMENT: Location = { file: 'environment', path: 'ORTHANC_URL', line: 1 }

const RULES = {
  allowInsecureHttp: true,
  query: false,
  credentials: 'Username and Password beside it, or ORTHANC_USERNAME and ORTHANC_PASSWORD',
}

function checkedBase(text: string | undefined, location: Location, problems: Problems): string | undefined {
  if (!text) return undefined
  const result = checkUrl(text, RULES)
  if ('code' in result) {
    problems.add(configurationError(result.code, location, result.finding))
    return undefined
  }
  if (leavesInClear(result.url))
    problems.warnAt(location, "http to another machine: Orthanc's password can be read on its way")
  return withSlash(result.url)
}
