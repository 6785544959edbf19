import { EventEmitter } from 'node:events'
import { type Clock, type OrthancOAuthError, systemClock } from '@orthanc-oauth/core'
import type { ServerOptions } from '../configuration/server-options.ts'
import type { Template } from '../configuration/template.ts'
import { asOurs } from './as-ours.ts'
import type { ListedDefinition } from './definition.ts'
import { type Advertised, Entry } from './entry.ts'
import { judge, type Verdict } from './judge.ts'
import type { OrthancApi } from './orthanc-api.ts'
import { type RegistrationStatus, sameStatus } from './registration-status.ts'
import { takeBack } from './take-back.ts'

/** Milliseconds between looks: within that time after a restart of Orthanc its definitions are back. */
const LOOK_INTERVAL = 5000
/** Milliseconds until the second look at an Orthanc that may be starting: it forgets what it was told before it has loaded its own definitions. */
const LOOK_AT_START = 500
/** Milliseconds before Orthanc is asked again that could not be reached; doubled up to the interval above: asking costs nothing. */
const FIRST_PAUSE_UNREACHABLE = 500
/** Milliseconds before Orthanc is asked again that refused us; doubled up to the second: a wrong password must not look like an attack. */
const FIRST_PAUSE_REFUSED = 1000
const LONGEST_PAUSE_REFUSED = 30_000
/** Milliseconds that taking back may hold up a shutdown: a call under way, and one more. */
const TAKE_BACK_LIMIT = 10_000

export interface RegistrarOptions extends Advertised {
  readonly api: OrthancApi
  readonly servers: readonly ServerOptions[]
  readonly templates: ReadonlyMap<string, Template>
  /** Default: the clocks of this process. */
  readonly clock?: Clock
}

/** For EventEmitter. */
export interface RegistrarEvents {
  /** The status of a server is another. */
  status: [{ readonly server: string; readonly status: RegistrationStatus }]
  /** Said once for a server: works, but not as somebody may think. */
  warning: [{ readonly server: string; readonly message: string }]
}

/**
 * Keeps the definitions of proxy mode in Orthanc: each leads to `{advertise}/{name}/` and carries the credentials of the
 * data listener. Orthanc's list is looked at every 5 s, because a restart of Orthanc makes it forget them.
 *
 * The user name in `credentials` should be of this process alone: Orthanc shows it, and so a definition that another
 * process of the bridge has put is told from ours and left alone.
 */
export class Registrar implements AsyncDisposable {
  readonly events = new EventEmitter<RegistrarEvents>()
  readonly #api: OrthancApi
  readonly #clock: Clock
  readonly #entries: readonly Entry[]
  readonly #warned = new Set<string>()
  /** Orthanc has not been seen yet, or could not be reached since it was looked at last. */
  #away: boolean = true
  /** It was seen without a definition, and ours have not been seen to stay: what it forgets now nobody has deleted. */
  #mayBeStarting: boolean = false
  #failures = 0
  #cancelTimer: (() => void) | undefined
  #looking: Promise<void> | undefined
  #disposal: Promise<void> | undefined

  constructor({ api, servers, templates, advertise, credentials, clock = systemClock }: RegistrarOptions) {
    this.#api = api
    this.#clock = clock
    const advertised = { advertise, credentials: { ...credentials } }
    this.#entries = servers.map((server) => new Entry(server, templates.get(server.name), advertised))
  }

  /** Begins to look after the definitions; waits for nothing. */
  start(): void {
    if (this.#looking === undefined && this.#disposal === undefined) this.#looking = this.#look()
  }

  /** By server name, in the order of the configuration. */
  get status(): ReadonlyMap<string, RegistrationStatus> {
    return new Map(this.#entries.map(({ name, status }) => [name, status]))
  }

  /**
   * Takes the definitions back, within 10 s: a template out of a file goes back, any other definition of ours is removed.
   * What somebody else has put in the meantime stays.
   */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose()
    return this.#disposal
  }

  /** One look, never two at once: the next is set when this one is over. */
  async #look(): Promise<void> {
    const pause = await this.#lookOnce().catch((error: unknown) => this.#failed(asOurs(error)))
    if (this.#disposal !== undefined) return
    this.#cancelTimer = this.#clock.setTimer(() => {
      this.#looking = this.#look()
    }, pause)
  }

  /** @returns milliseconds until the next look */
  async #lookOnce(): Promise<number> {
    const listed = await this.#api.servers()
    this.#failures = 0
    const now = this.#clock.monotonic()
    const away = this.#away
    const verdicts = judge(
      this.#entries.map((entry) => entry.sight(listed, now)),
      away,
    )
    this.#mayBeStarting = away ? listed.size === 0 : this.#mayBeStarting && verdicts.includes('register again')
    this.#away = false
    const wanted = this.#entries.filter((entry, index) => this.#wants(entry, verdicts[index], now))
    for (const entry of wanted) entry.learnFrom(listed, away || this.#mayBeStarting)
    const taken: Entry[] = []
    for (const entry of wanted) if (await this.#put(entry)) taken.push(entry)
    if (taken.length > 0) this.#confirm(taken, await this.#api.servers())
    const pauses = this.#entries
      .map(({ notBefore }) => notBefore - this.#clock.monotonic())
      .filter((pause) => pause > 0)
    return Math.min(this.#mayBeStarting ? LOOK_AT_START : LOOK_INTERVAL, ...pauses)
  }

  /** Acts on a verdict; true: Orthanc is to be told of it now. */
  #wants(entry: Entry, verdict: Verdict | undefined, now: number): boolean {
    switch (verdict) {
      case 'registered':
        this.#set(entry, { state: 'registered' })
        return false
      case 'deleted':
        this.#set(entry, { state: 'deleted by an administrator' })
        return false
      case 'replaced':
        this.#set(entry, { state: 'replaced by an administrator' })
        return false
      case 'register again':
        if (!this.#mayBeStarting) entry.vanished(now)
        return true
      default:
        return now >= entry.notBefore
    }
  }

  /** Whether Orthanc took it. */
  async #put(entry: Entry): Promise<boolean> {
    if (this.#disposal !== undefined) return false
    entry.putting()
    this.#warnOfHeaders(entry)
    try {
      await this.#api.put(entry.name, entry.definition())
      return true
    } catch (error) {
      // Orthanc may have taken it all the same: it is put again until it reads back, which changes nothing then. And it
      // is this definition's failure alone: whether Orthanc is away its list tells.
      const failure = asOurs(error)
      entry.failed(this.#clock.monotonic())
      this.#set(entry, statusOf(failure))
      return false
    }
  }

  /** Orthanc answers before it has loaded its own definitions, and then forgets ours: what counts is what reads back. */
  #confirm(entries: readonly Entry[], listed: ReadonlyMap<string, ListedDefinition>): void {
    for (const entry of entries) {
      if (entry.placeIn(listed) === 'ours') {
        entry.confirmed()
        this.#set(entry, { state: 'registered' })
      } else {
        entry.failed(this.#clock.monotonic())
        this.#set(entry, { state: 'waiting for Orthanc' })
      }
    }
  }

  /** @returns milliseconds until the next look */
  #failed(error: OrthancOAuthError): number {
    this.#failures += 1
    this.#away ||= error.retryable
    for (const entry of this.#entries) if (!entry.givenUp) this.#set(entry, statusOf(error))
    return error.retryable
      ? Math.min(FIRST_PAUSE_UNREACHABLE * 2 ** (this.#failures - 1), LOOK_INTERVAL)
      : Math.min(FIRST_PAUSE_REFUSED * 2 ** (this.#failures - 1), LONGEST_PAUSE_REFUSED)
  }

  #set(entry: Entry, status: RegistrationStatus): void {
    const changed = !sameStatus(entry.status, status)
    entry.status = status
    if (changed) this.events.emit('status', { server: entry.name, status })
  }

  #warnOfHeaders(entry: Entry): void {
    const { name, lostHeaders } = entry
    if (lostHeaders.length === 0 || this.#warned.has(name)) return
    this.#warned.add(name)
    this.events.emit('warning', {
      server: name,
      message: `Orthanc's own definition of ${name} has the headers ${lostHeaders.join(', ')}, whose values Orthanc does not show: they are no longer sent. Put that definition into DicomWeb.Servers of the configuration that is read here.`,
    })
  }

  async #dispose(): Promise<void> {
    this.#cancelTimer?.()
    let cancelLimit = () => {}
    const limit = new Promise<void>((resolve) => {
      cancelLimit = this.#clock.setTimer(resolve, TAKE_BACK_LIMIT)
    })
    await Promise.race([this.#takeBack(), limit])
    cancelLimit()
  }

  async #takeBack(): Promise<void> {
    await this.#looking
    const attempted = this.#entries.filter((entry) => entry.attempted)
    await takeBack(attempted, this.#api, (entry, status) => this.#set(entry, status))
  }
}

function statusOf(error: OrthancOAuthError): RegistrationStatus {
  return { state: error.retryable ? 'waiting for Orthanc' : 'failed', error }
}
