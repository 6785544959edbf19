import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Certificates } from '../certificates/certificates.ts'
import { startProcess, type TestProcess } from '../process/start-process.ts'
import distribution from './distribution.json' with { type: 'json' }
import { KeycloakAdmin } from './keycloak-admin.ts'
import type { KeycloakClients } from './keycloak-clients.ts'
import { AUDIENCE, REALM } from './realm.ts'

/** The first start makes a database: 20 s on two cores, in a busy moment several times that. */
const READY_WITHIN_MS = 180_000
const LOOK_EVERY_MS = 100
/** Of its log, what says why it did not start. */
const LAST_WORDS = 2_000
/** Megabytes that a realm of a dozen clients needs at most; JAVA_OPTS would replace what Keycloak itself sets. */
const JVM = { JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m', JAVA_OPTS: undefined }
/** The quick compiler alone: this server lives for a minute. */
const QUICK = '-XX:TieredStopAtLevel=1'

export interface LaunchedKeycloakInit {
  readonly home: string
  readonly port: number
  readonly tlsPort: number
  readonly managementPort: number
  readonly username: string
  readonly password: string
  readonly clients: KeycloakClients
  readonly passwords: Readonly<Record<string, string>>
  readonly certificates: Certificates
  /** After its end. */
  readonly cleanUp: () => Promise<void>
}

/** A real Keycloak on this machine, with ports and data that it keeps when it is started again. */
export class LaunchedKeycloak implements AsyncDisposable {
  /** http://127.0.0.1:port, without a slash at the end. */
  readonly url: string
  /** https://127.0.0.1:port, with `certificates.server`; asks for client certificates of `certificates.ca`. */
  readonly tlsUrl: string
  /** Of the realm below `url`: its issuer identifier where it is asked there, as Keycloak goes by what it is called. */
  readonly realmUrl: string
  /** Of the same realm below `tlsUrl`. */
  readonly tlsRealmUrl: string
  /** Of every token. */
  readonly audience = AUDIENCE
  readonly clients: KeycloakClients
  /** Of `admin`, `doctor` and `external`, who log in at the client `orthanc-users` (resource owner password). */
  readonly passwords: Readonly<Record<string, string>>
  readonly certificates: Certificates
  readonly admin: KeycloakAdmin
  readonly #init: LaunchedKeycloakInit
  #process: TestProcess | undefined
  #log = ''

  /** For startKeycloak alone. */
  constructor(init: LaunchedKeycloakInit) {
    this.#init = init
    this.url = `http://127.0.0.1:${init.port}`
    this.tlsUrl = `https://127.0.0.1:${init.tlsPort}`
    this.realmUrl = `${this.url}/realms/${REALM}`
    this.tlsRealmUrl = `${this.tlsUrl}/realms/${REALM}`
    this.clients = init.clients
    this.passwords = init.passwords
    this.certificates = init.certificates
    this.admin = new KeycloakAdmin(this.url, init)
  }

  /** What it has written, all its starts together. */
  get log(): string {
    return this.#log + (this.#process?.text ?? '')
  }

  /** Resolves when the realm answers. @returns milliseconds that it took */
  async start(): Promise<number> {
    if (this.#process !== undefined) throw new Error('This Keycloak runs already')
    const begin = performance.now()
    const { home, username, password } = this.#init
    this.#process = await startProcess('/bin/sh', [join(home, 'bin', 'kc.sh'), ...this.#arguments()], {
      cwd: home,
      folder: home,
      env: {
        ...environmentOfOthers(),
        ...JVM,
        JAVA_OPTS_APPEND: `${QUICK} -Djava.io.tmpdir=${join(home, 'tmp')}`,
        KC_BOOTSTRAP_ADMIN_USERNAME: username,
        KC_BOOTSTRAP_ADMIN_PASSWORD: password,
      },
    })
    await this.#ready(this.#process)
    return performance.now() - begin
  }

  /** SIGTERM, and the end of its shutdown. */
  async stop(): Promise<void> {
    this.#process?.signal('SIGTERM')
    await this.#process?.exited
    this.#gone()
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]()
    this.#gone()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await this.#init.cleanUp()
  }

  #gone(): void {
    this.#log = this.log
    this.#process = undefined
  }

  async #ready(running: TestProcess): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS
    const ended = running.exited.then(() => true)
    while (!(await this.#answers())) {
      const gone = await Promise.race([ended, sleep(LOOK_EVERY_MS, false)])
      if (!gone && performance.now() < deadline) continue
      await this.kill()
      throw new Error(`Keycloak did not start: ${this.log.slice(-LAST_WORDS)}`)
    }
  }

  async #answers(): Promise<boolean> {
    const signal = AbortSignal.timeout(READY_WITHIN_MS)
    const answer = await fetch(this.realmUrl, { signal }).catch(() => undefined)
    await answer?.body?.cancel()
    return answer?.ok ?? false
  }

  #arguments(): readonly string[] {
    const { home, port, tlsPort, managementPort } = this.#init
    const conf = (name: string) => join(home, 'conf', name)
    return [
      'start-dev',
      '--import-realm',
      ...distribution.buildOptions,
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      `--https-port=${tlsPort}`,
      `--http-management-port=${managementPort}`,
      `--https-certificate-file=${conf('server.pem')}`,
      `--https-certificate-key-file=${conf('server-key.pem')}`,
      `--truststore-paths=${conf('client-ca.pem')}`,
    ]
  }
}

/** Keycloak takes any option from a variable that begins with KC_; those of this machine are not for this server. */
function environmentOfOthers(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => name.startsWith('KC_'))
  return Object.fromEntries(names.map((name) => [name, undefined]))
}
