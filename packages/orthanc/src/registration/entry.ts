import type { Secret } from '@orthanc-oauth/core'
import type { ServerOptions } from '../configuration/server-options.ts'
import type { Template } from '../configuration/template.ts'
import type { Definition, ListedDefinition } from './definition.ts'
import type { Place, Sight } from './judge.ts'
import { definitionUrl, proxyDefinition } from './proxy-definition.ts'
import type { RegistrationStatus } from './registration-status.ts'

/** What Orthanc is told about us. */
export interface Advertised {
  /** What Orthanc calls the data listener: an absolute URL. */
  readonly advertise: string
  readonly credentials: { readonly username: string; readonly password: Secret }
}

/** Milliseconds: doubled with each failure up to the longest. */
const FIRST_PAUSE = 1000
const LONGEST_PAUSE = 30_000

/** One server's definition, as it stands with Orthanc. Instants are those of the monotonic clock. */
export class Entry {
  readonly name: string
  readonly template: Template | undefined
  readonly #server: ServerOptions
  readonly #advertised: Advertised
  readonly #url: string
  /** The definition of the same name that Orthanc knew before ours: it lends its flags, unless it led to us. */
  #before: ListedDefinition | undefined
  #vanishedAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #notBefore = Number.NEGATIVE_INFINITY
  #attempted = false
  #confirmed = false
  #everConfirmed = false
  status: RegistrationStatus = { state: 'waiting for Orthanc' }

  constructor(server: ServerOptions, template: Template | undefined, advertised: Advertised) {
    this.name = server.name
    this.#server = server
    this.#advertised = advertised
    this.#url = definitionUrl(advertised.advertise, server.name)
    // A definition that leads to us is ours, whoever has written it.
    this.template = template && sameUrl(template.definition.Url, this.#url) ? undefined : template
  }

  /** Whether Orthanc was ever asked to take it. */
  get attempted(): boolean {
    return this.#attempted
  }

  get notBefore(): number {
    return this.#notBefore
  }

  /** An administrator took it away. */
  get givenUp(): boolean {
    return this.status.state === 'deleted by an administrator' || this.status.state === 'replaced by an administrator'
  }

  placeIn(listed: ReadonlyMap<string, ListedDefinition>): Place {
    const definition = listed.get(this.name)
    if (definition === undefined) return 'absent'
    const { Url, Username } = definition
    const [leadsToUs, before] = [sameUrl(Url, this.#url), this.#before]
    if (leadsToUs && Username === this.#advertised.credentials.username) return 'ours'
    if (before && sameUrl(Url, before.Url) && (!leadsToUs || Username === before.Username)) return 'template'
    if (this.template && sameUrl(Url, this.template.definition.Url)) return 'template'
    return leadsToUs ? 'taken' : 'elsewhere'
  }

  sight(listed: ReadonlyMap<string, ListedDefinition>, now: number): Sight {
    return {
      place: this.placeIn(listed),
      confirmed: this.#confirmed,
      givenUp: this.givenUp,
      sinceVanished: now - this.#vanishedAt,
    }
  }

  /**
   * To be called before a definition is put: what is there now is what was there before ours. Once ours has been there,
   * what took its place may be an administrator's, and to take that for a template would be to undo it for ever.
   *
   * @param started Orthanc has just started, so that what it knows is what it has loaded
   */
  learnFrom(listed: ReadonlyMap<string, ListedDefinition>, started: boolean): void {
    const place = this.placeIn(listed)
    if (place === 'ours') return
    if (started || !this.#everConfirmed || place === 'template') this.#before = listed.get(this.name) ?? this.#before
  }

  /** Headers that Orthanc has been told of and does not show, so that nobody can send them any more. */
  get lostHeaders(): readonly string[] {
    if (this.template !== undefined) return []
    return this.#lent?.headerNames.filter((name) => name.toLowerCase() !== 'authorization') ?? []
  }

  /** What Orthanc is to be told now. */
  definition(): Definition {
    const { advertise, credentials } = this.#advertised
    return proxyDefinition(this.#server, advertise, credentials, this.template?.definition ?? this.#lent)
  }

  /** What lends its flags, where no file has a template. */
  get #lent(): ListedDefinition | undefined {
    return this.#before !== undefined && !sameUrl(this.#before.Url, this.#url) ? this.#before : undefined
  }

  /** From here on it is not known what Orthanc has. */
  putting(): void {
    this.#attempted = true
    this.#confirmed = false
  }

  vanished(now: number): void {
    this.#vanishedAt = now
  }

  confirmed(): void {
    this.#confirmed = true
    this.#everConfirmed = true
    this.#failures = 0
    this.#notBefore = Number.NEGATIVE_INFINITY
  }

  /** Orthanc did not take it, or lost it at once. */
  failed(now: number): void {
    this.#notBefore = now + Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE)
    this.#failures += 1
  }
}

/** Orthanc adds a slash at the end where there is none. */
function sameUrl(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '')
}
