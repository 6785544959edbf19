import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const DICOMWEB_PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so'

/**
 * Installs Debian's Orthanc where it is missing, this is Debian, and we are root. Says what it does; does nothing else.
 *
 * @param {{ install: boolean }} options
 * @returns {Record<string, string>} environment for the task: why there is no Orthanc, where there is none
 */
export function provideOrthanc({ install }) {
  if (found()) return {}
  if (!install) return { ORTHANC_MISSING: 'Orthanc is not installed, and --no-install was given' }
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    return { ORTHANC_MISSING: 'Orthanc is not installed, and only root on Debian can have it installed' }
  }
  process.stderr.write(
    'Orthanc is missing: installing the Debian packages orthanc and orthanc-dicomweb (--no-install forbids it) … ',
  )
  const begin = Date.now()
  const wasRunning = spawnSync('pgrep', ['-x', 'Orthanc']).status === 0
  const installed =
    apt('update') && apt('install', '-y', '--no-install-recommends', 'orthanc', 'orthanc-dicomweb') && found()
  // Debian starts what it installs; a server that nobody asked for does not stay up.
  if (!wasRunning && existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', 'orthanc'])
  process.stderr.write(installed ? `${((Date.now() - begin) / 1000).toFixed(1)} s\n` : 'failed\n')
  return installed ? {} : { ORTHANC_MISSING: 'Orthanc could not be installed by apt-get' }
}

function found() {
  if (process.env.ORTHANC_PATH) return existsSync(process.env.ORTHANC_PATH)
  const onPath = spawnSync('Orthanc', ['--version'], { stdio: 'ignore' }).error === undefined
  return onPath && existsSync(process.env.ORTHANC_PLUGINS ?? DICOMWEB_PLUGIN)
}

function apt(...args) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const done = spawnSync('apt-get', args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  if (done.status !== 0) process.stderr.write(`\n${done.stderr ?? done.error}\n`)
  return done.status === 0
}
