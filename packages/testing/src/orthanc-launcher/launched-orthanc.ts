import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess, type TestProcess } from '../process/start-process.ts'
import { findOrthanc } from './find-orthanc.ts'
import { OrthancRest } from './orthanc-rest.ts'

/** Starts in 1 to 2 s; with two busy cores in some more. */
const READY_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 25
/** Its HTTP client obeys the proxy variables of the environment; what it talks to in tests is on this machine. */
const LOOPBACK = '127.0.0.1,localhost'
/**
 * Orthanc answers before its DICOMweb plugin has loaded its servers, and then forgets those it was told. It calls
 * this function once its plugins know that it has started, which is after that.
 */
const STARTED_SCRIPT = "function Initialize()\n  print('every plugin has loaded its own')\nend\n"
const STARTED = 'Lua says: every plugin has loaded its own'
/** Of its log, what says why it did not start. */
const LAST_WORDS = 2_000

export interface LaunchedOrthancInit {
  readonly folder: string
  readonly ownsFolder: boolean
  readonly port: number
  readonly dicomPort: number
  readonly username: string
  readonly password: string
  readonly trace: boolean
  readonly configuration: Readonly<Record<string, unknown>>
  readonly removeFolder: () => Promise<void>
}

/** A real Orthanc on this machine, with ports and a folder that it keeps when it is started again. */
export class LaunchedOrthanc extends OrthancRest implements AsyncDisposable {
  /** Its DICOMweb server: a slash at the end. */
  readonly dicomWebUrl: string
  readonly port: number
  readonly dicomPort: number
  /** Configuration and storage. */
  readonly folder: string
  readonly configurationFile: string
  readonly #init: LaunchedOrthancInit
  readonly #pastLogs: string[] = []
  #process: TestProcess | undefined

  /** For startOrthanc alone. */
  constructor(init: LaunchedOrthancInit) {
    super({ url: `http://127.0.0.1:${init.port}`, username: init.username, password: init.password })
    this.#init = init
    this.port = init.port
    this.dicomPort = init.dicomPort
    this.folder = init.folder
    this.configurationFile = join(init.folder, 'orthanc.json')
    this.dicomWebUrl = `${this.url}/dicom-web/`
  }

  /** What it has written, all its starts together. */
  get log(): string {
    return [...this.#pastLogs, this.#process?.text ?? ''].join('')
  }

  /** Resolves when it serves `/system`, and its DICOMweb plugin the servers of its configuration. */
  async start(): Promise<void> {
    const files = findOrthanc()
    if (files === undefined) throw new Error('No Orthanc with its DICOMweb plugin: see ORTHANC_PATH, ORTHANC_PLUGINS')
    if (this.#process !== undefined) throw new Error('This Orthanc runs already')
    await mkdir(this.folder, { recursive: true })
    await writeFile(this.configurationFile, JSON.stringify(this.#configuration(files.plugin), undefined, 2))
    await writeFile(this.#startedScript, STARTED_SCRIPT)
    const args = [...(this.#init.trace ? ['--trace'] : []), this.configurationFile]
    this.#process = await startProcess(files.executable, args, {
      cwd: this.folder,
      env: { no_proxy: LOOPBACK, NO_PROXY: LOOPBACK },
      ...(this.#init.ownsFolder && { folder: this.folder }),
    })
    await this.#ready(this.#process)
  }

  /** SIGTERM, and the end of its shutdown. */
  async stop(): Promise<void> {
    this.#process?.signal('SIGTERM')
    await this.#gone()
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL')
    await this.#gone()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await this.#init.removeFolder()
  }

  async #gone(): Promise<void> {
    if (this.#process === undefined) return
    await this.#process.exited
    this.#pastLogs.push(this.#process.text)
    this.#process = undefined
  }

  async #ready(running: TestProcess): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS
    const ended = running.exited.then(() => true)
    while (!running.text.includes(STARTED) || !(await this.#answers())) {
      const gone = await Promise.race([ended, sleep(LOOK_EVERY_MS, false)])
      if (!gone && performance.now() < deadline) continue
      await this.kill()
      throw new Error(`Orthanc did not start: ${this.log.slice(-LAST_WORDS)}`)
    }
  }

  get #startedScript(): string {
    return join(this.folder, 'started.lua')
  }

  async #answers(): Promise<boolean> {
    const signal = AbortSignal.timeout(READY_WITHIN_MS)
    const answers = await Promise.all(
      ['/system', '/dicom-web/servers'].map((path) => this.fetch(path, { signal }).catch(() => undefined)),
    )
    for (const answer of answers) await answer?.body?.cancel()
    return answers.every((answer) => answer?.ok)
  }

  #configuration(plugin: string): object {
    const { port, dicomPort, username, password, configuration } = this.#init
    return {
      Name: 'test',
      StorageDirectory: join(this.folder, 'storage'),
      IndexDirectory: join(this.folder, 'storage'),
      HttpPort: port,
      DicomPort: dicomPort,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: true,
      RegisteredUsers: { [username]: password },
      Plugins: [plugin],
      LuaScripts: [this.#startedScript],
      ...configuration,
    }
  }
}
