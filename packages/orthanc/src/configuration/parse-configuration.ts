import { loadSources } from '../json/load-sources.ts'
import type { Configuration } from './configuration.ts'
import { findSection } from './find-section.ts'
import { orthancItself } from './orthanc-itself.ts'
import { Problems } from './problems.ts'
import { readOrthancConnection } from './read-orthanc-connection.ts'
import { readSection } from './read-section.ts'
import { readServers } from './read-servers.ts'
import { readTemplates } from './read-templates.ts'
import { checkSection } from './schema/validate.ts'
import { Settings } from './settings.ts'
import { checkVersion } from './version.ts'

/** What readConfiguration does, once the schema is loaded. */
export async function parseConfiguration(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  const sources = await loadSources(path, env)
  const problems = new Problems(sources)
  const itself = orthancItself(sources, problems)
  const found = findSection(sources, problems)
  const sectionPath = [found?.key ?? 'DicomWebOAuth']
  const settings = checkSection(found?.value ?? {}, sectionPath, problems)
  checkVersion(settings, sources)
  const section = await readSection(settings)
  const orthancSettings = new Settings(settings.values.Orthanc, [...sectionPath, 'Orthanc'], problems)
  const orthanc = await readOrthancConnection(orthancSettings, itself, env)
  const servers = await readServers(
    found?.servers,
    [...sectionPath, 'Servers'],
    settings.values.ResilienceConfig,
    problems,
  )
  const templates = readTemplates(
    servers.map(({ name }) => name),
    itself,
    problems,
  )
  problems.throwIfAny()
  return Object.freeze({ servers, section, orthanc, templates, warnings: problems.warnings })
}
