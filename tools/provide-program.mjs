import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * Installs a Debian package for the program that is in it, where that is missing, this is Debian, and we are root. Says
 * what it does.
 *
 * @param {string} program looked for on the PATH
 * @param {string} debianPackage
 * @param {boolean} install
 * @returns {string | undefined} why there is no such program, where there is none
 */
export function provideProgram(program, debianPackage, install) {
  const found = () => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined
  if (found()) return undefined
  if (!install) return `${program} is not installed, and --no-install was given`
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
    return `${program} is not installed, and only root on Debian can have it installed`
  process.stderr.write(`${program} is missing: installing the Debian package ${debianPackage} … `)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', debianPackage]]) {
    const done = run('apt-get', args, { env: environment })
    if (done.status !== 0) process.stderr.write(`\n${done.output}\n`)
  }
  process.stderr.write(found() ? 'done\n' : 'failed\n')
  return found() ? undefined : `${debianPackage} could not be installed by apt-get`
}

/** Runs a program to its end; one that cannot be started has no status. */
export function run(program, args, options) {
  const done = spawnSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', ...options })
  return { status: done.status, output: done.error ? String(done.error) : `${done.stdout}${done.stderr}` }
}
