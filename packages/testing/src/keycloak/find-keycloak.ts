import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import distribution from './distribution.json' with { type: 'json' }

/** Environment: KEYCLOAK_HOME (a folder; default: what tools/provide-keycloak.mjs unpacked), JAVA_HOME. */
export function findKeycloak(): string | undefined {
  const { KEYCLOAK_HOME, XDG_CACHE_HOME, JAVA_HOME, PATH = '' } = process.env
  const cache = join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'orthanc-dicomweb-oauth')
  const home = KEYCLOAK_HOME || join(cache, `keycloak-${distribution.version}`)
  const folders = JAVA_HOME ? [join(JAVA_HOME, 'bin')] : PATH.split(delimiter)
  const java = folders.some((folder) => allows(join(folder, 'java'), constants.X_OK))
  return java && allows(join(home, 'lib', 'quarkus-run.jar'), constants.R_OK) ? home : undefined
}

/** Whether startKeycloak can work on this machine. */
export function keycloakAvailable(): boolean {
  return findKeycloak() !== undefined
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
