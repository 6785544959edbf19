import { provideProgram } from './provide-program.mjs'

/**
 * Installs Debian's tinyproxy (the package without its service) where it is missing.
 *
 * @param {{ install: boolean }} options
 * @returns {Record<string, string>} environment for the task: why there is no tinyproxy, where there is none
 */
export function provideTinyproxy({ install }) {
  if (process.env.TINYPROXY_PATH) return {}
  const reason = provideProgram('tinyproxy', 'tinyproxy-bin', install)
  return reason === undefined ? {} : { TINYPROXY_MISSING: reason }
}
