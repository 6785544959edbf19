import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where Debian's package orthanc-dicomweb puts it. */
const DEBIAN_PLUGINS = '/usr/share/orthanc/plugins'

export interface OrthancFiles {
  readonly executable: string
  /** The DICOMweb plugin. */
  readonly plugin: string
}

/** Environment: ORTHANC_PATH (an executable; default: `Orthanc` on the PATH) and ORTHANC_PLUGINS (a folder). */
export function findOrthanc(): OrthancFiles | undefined {
  const { ORTHANC_PATH, ORTHANC_PLUGINS = DEBIAN_PLUGINS, PATH = '' } = process.env
  const candidates = ORTHANC_PATH ? [ORTHANC_PATH] : PATH.split(delimiter).map((folder) => join(folder, 'Orthanc'))
  const executable = candidates.find((path) => allows(path, constants.X_OK))
  const plugin = join(ORTHANC_PLUGINS, 'libOrthancDicomWeb.so')
  return executable !== undefined && allows(plugin, constants.R_OK) ? { executable, plugin } : undefined
}

/** Whether startOrthanc can work on this machine. */
export function orthancAvailable(): boolean {
  return findOrthanc() !== undefined
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
