import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { provideProgram, run } from './provide-program.mjs'

/** What the launcher starts, and the options that Keycloak builds in. */
const { version, buildOptions } = JSON.parse(
  readFileSync(new URL('../packages/testing/src/keycloak/distribution.json', import.meta.url), 'utf8'),
)
const CACHE = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'orthanc-dicomweb-oauth')
const HOME = path.join(CACHE, `keycloak-${version}`)

/** Milliseconds. Of a run that was interrupted; one that is under way takes minutes at most. */
const LEFT_OVER = 3_600_000

/** What Keycloak exits with where it has built itself and wants to be started again. */
const BUILT = 10

/**
 * Brings Keycloak from Maven Central, unpacked and built once, into the cache folder of this user, where it is missing;
 * Java and Maven by apt-get, where they are missing, this is Debian, and we are root. Says what it does.
 *
 * @param {{ install: boolean }} options
 * @returns {Record<string, string>} environment for the task: why there is no Keycloak, where there is none
 */
export function provideKeycloak({ install }) {
  if (process.env.KEYCLOAK_HOME) return provideJava(install)
  const java = provideJava(install)
  if (java.KEYCLOAK_MISSING || existsSync(HOME)) return java
  if (!install) return missing('Keycloak is not in the cache, and --no-install was given')
  const maven = provide('mvn', 'maven', install)
  if (maven.KEYCLOAK_MISSING) return maven
  process.stderr.write(`Keycloak ${version} is missing: bringing it from Maven Central into ${CACHE} … `)
  const begin = Date.now()
  mkdirSync(CACHE, { recursive: true })
  removeLeftOvers()
  const folder = mkdtempSync(path.join(CACHE, '.unpacking-'))
  try {
    const failure = unpack(folder) ?? build(path.join(folder, `keycloak-${version}`))
    if (failure) {
      process.stderr.write(`failed\n${failure}\n`)
      return missing('Keycloak could not be brought from Maven Central')
    }
    moveIntoPlace(path.join(folder, `keycloak-${version}`))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  process.stderr.write(`${((Date.now() - begin) / 1000).toFixed(1)} s\n`)
  return {}
}

function provideJava(install) {
  return process.env.JAVA_HOME ? {} : provide('java', 'openjdk-17-jre-headless', install)
}

function provide(program, debianPackage, install) {
  const reason = provideProgram(program, debianPackage, install)
  return reason === undefined ? {} : missing(reason)
}

/** @returns what went wrong */
function unpack(folder) {
  const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`
  const unpacked = run(
    'mvn',
    [
      '-q',
      '-B',
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack',
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${folder}`,
      `-DmarkersDirectory=${path.join(folder, 'markers')}`,
    ],
    { cwd: folder },
  )
  return unpacked.status === 0 ? undefined : unpacked.output
}

/** Once, here: each start of a Keycloak that is not built for its options would do it again. @returns what went wrong */
function build(home) {
  const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
  const built = run(java, [
    `-Dkc.home.dir=${home}`,
    `-Djboss.server.config.dir=${path.join(home, 'conf')}`,
    '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
    '-cp',
    path.join(home, 'lib', 'quarkus-run.jar'),
    'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
    'start-dev',
    ...buildOptions,
  ])
  return built.status === BUILT ? undefined : built.output
}

/** Another run may have been first: its is as good. */
function moveIntoPlace(home) {
  try {
    renameSync(home, HOME)
  } catch (error) {
    if (!existsSync(HOME)) throw error
  }
}

function removeLeftOvers() {
  for (const name of readdirSync(CACHE)) {
    const folder = path.join(CACHE, name)
    if (!name.startsWith('.unpacking-')) continue
    const touched = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - touched > LEFT_OVER) rmSync(folder, { recursive: true, force: true })
  }
}

function missing(reason) {
  return { KEYCLOAK_MISSING: reason }
}
