import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Environment: TINYPROXY_PATH; default: `tinyproxy` on the PATH. */
export function findTinyproxy(): string | undefined {
  const { TINYPROXY_PATH, PATH = '' } = process.env
  const candidates = TINYPROXY_PATH
    ? [TINYPROXY_PATH]
    : PATH.split(delimiter).map((folder) => join(folder, 'tinyproxy'))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Whether startTinyproxy can work on this machine. */
export function tinyproxyAvailable(): boolean {
  return findTinyproxy() !== undefined
}
