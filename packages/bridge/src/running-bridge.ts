import type { Server } from 'node:http'
import type { Clock, TokenManagers } from '@orthanc-oauth/core'
import { type Configuration, httpOrthancApi, Registrar } from '@orthanc-oauth/orthanc'
import type { Bridge } from './bridge.ts'
import type { BridgedServer } from './bridged-server.ts'
import { isUsable } from './control/server-view.ts'
import type { OrthancLogin } from './data-gate.ts'
import { firstTokens } from './first-tokens.ts'
import { type Drainable, drainable } from './http/drainable.ts'
import { listen, reachable } from './http/listen.ts'
import type { Log } from './log/log.ts'
import { reportRegistration } from './reports/report-registration.ts'
import { shutdownLimits, shutdownStep } from './shutdown.ts'

export interface BridgeParts {
  readonly configuration: Configuration
  readonly servers: ReadonlyMap<string, BridgedServer>
  readonly managers: TokenManagers
  readonly login: OrthancLogin
  readonly dataServer: Server
  /** Made with a look at the bridge that it belongs to. */
  readonly controlServer: (bridge: RunningBridge) => Server
  readonly clock: Clock
  readonly log: Log
}

/** What createBridge() makes. */
export class RunningBridge implements Bridge {
  readonly servers: ReadonlyMap<string, BridgedServer>
  readonly #parts: BridgeParts
  readonly #controlServer: Server
  readonly #data: Drainable
  readonly #control: Drainable
  #dataUrl = ''
  #controlUrl = ''
  #registrar: Registrar | undefined
  #state: 'made' | 'started' | 'stopping' = 'made'
  #bound: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(parts: BridgeParts) {
    this.#parts = parts
    this.servers = parts.servers
    this.#controlServer = parts.controlServer(this)
    this.#data = drainable(parts.dataServer, parts.clock)
    this.#control = drainable(this.#controlServer, parts.clock)
  }

  get dataUrl(): string {
    return this.#dataUrl
  }

  get controlUrl(): string {
    return this.#controlUrl
  }

  /** Absent before the start. */
  get registrar(): Registrar | undefined {
    return this.#registrar
  }

  /** Whether a request for at least one server can be authorised now, and the bridge is here to stay. */
  get isReady(): boolean {
    return (
      this.#state === 'started' &&
      [...this.servers.values()].some(({ authorizer }) => isUsable(authorizer.credentials.status.state))
    )
  }

  async start(): Promise<void> {
    if (this.#state !== 'made') throw new Error('A bridge is started once')
    this.#state = 'started'
    const { configuration, log } = this.#parts
    for (const { message, server } of configuration.warnings) log.warn({ server }, message)
    this.#bound = this.#bind()
    try {
      await this.#bound
    } catch (error) {
      await this[Symbol.asyncDispose]()
      throw error
    }
    if (this.#stopped) return
    this.#registrar = this.#register()
    await firstTokens(this.servers.values(), log)
  }

  async #bind(): Promise<void> {
    const { configuration, dataServer, log } = this.#parts
    const { listen: dataAddress, controlListen } = configuration.section
    const onError = (error: Error) => log.error({ error }, 'A connection could not be accepted')
    this.#dataUrl = await listen(dataServer, dataAddress, 'Listen', onError)
    log.info({ url: this.#dataUrl }, `Data listener: ${this.#dataUrl}`)
    this.#controlUrl = await listen(this.#controlServer, controlListen, 'ControlListen', onError)
    log.info({ url: this.#controlUrl }, `Control listener: ${this.#controlUrl}`)
  }

  #register(): Registrar {
    const { configuration, login, clock, log } = this.#parts
    const { servers, templates, section, orthanc } = configuration
    const registrar = new Registrar({
      api: httpOrthancApi(orthanc),
      servers,
      templates,
      advertise: section.advertise ?? `${reachable(this.#dataUrl)}/`,
      credentials: login,
      clock,
    })
    reportRegistration(registrar.events, log)
    registrar.start()
    return registrar
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping'
    const { managers, servers, clock, log } = this.#parts
    const begun = clock.monotonic()
    const { definitions, drain, whole } = shutdownLimits
    await this.#bound?.catch(() => undefined) // who started it is told
    // First of all, so that Orthanc sends nothing new to a listener that is about to go.
    await shutdownStep('taking the definitions back', async () => this.#registrar?.[Symbol.asyncDispose](), {
      clock,
      log,
      limit: definitions,
    })
    const limit = Math.min(drain, whole - (clock.monotonic() - begun))
    const drained = this.#data.drain(limit)
    // Requests that still wait for a token get 503; those that have theirs go on.
    await shutdownStep('ending acquisitions', () => managers[Symbol.asyncDispose](), { clock, log })
    const cut = await drained
    if (cut > 0) log.warn({ connections: cut, limit }, 'Streams that did not end in time were cut off')
    for (const { upstream } of servers.values()) upstream[Symbol.dispose]()
    await this.#control.drain(0)
    log.info({}, 'Stopped')
  }
}
