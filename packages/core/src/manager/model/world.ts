import { type AccessToken, defaultRetryPolicy, TokenManager } from '@orthanc-oauth/core'
import { type FakeClock, fakeClock } from '@orthanc-oauth/testing'
import { type CallObserver, ModelIssuer } from './issuer.ts'

/** Somebody who called getToken, refresh or start. Milliseconds of the monotonic clock. */
export interface Waiter {
  readonly begun: number
  readonly how: 'get' | 'after' | 'refresh' | 'start'
  /** Absent: it cannot give up. */
  readonly controller: AbortController | undefined
  /** Gave up, or the manager was disposed. */
  left: boolean
  settled: number | undefined
  token: AccessToken | undefined
}

export interface Observer extends CallObserver {
  /** A token reached a caller, now. */
  given?(token: AccessToken): void
  /** getToken() is about to be called. */
  asking?(): void
  /** getToken() was called just now, and every promise that could settle has: the clocks stand where they stood. */
  asked?(waiter: Waiter, peeked: AccessToken | undefined): void
  /** The manager says that it holds another one, or the same for longer. Wall milliseconds since the epoch. */
  replaced?(token: { readonly lifetime: number; readonly expiresAt: number }): void
  /** A server refused this one, and another is asked for. */
  refused?(token: AccessToken): void
  /** One caller gave up just now; the others were waiting with it. */
  aborted?(others: readonly Waiter[]): void
  /** After each command. */
  stepped?(): void
  /** When the commands are over, where the invariant is about what comes then. */
  finish?(): Promise<void>
}

export interface Circumstances {
  readonly retry: boolean
  readonly refreshBuffer: number
  readonly draw: number
}

/** The manager, its clock, its issuer and everybody who calls it. */
export class World {
  readonly circumstances: Circumstances
  readonly clock: FakeClock = fakeClock()
  readonly issuer: ModelIssuer
  readonly manager: TokenManager
  readonly waiters: Waiter[] = []
  lastGiven: AccessToken | undefined
  started = false
  disposed = false
  readonly #observer: Observer
  readonly #broken: string[] = []

  /** @param observe makes the observer, which calls `broken` where it sees the invariant broken */
  constructor(circumstances: Circumstances, observe: (world: World, broken: (what: string) => void) => Observer) {
    this.circumstances = circumstances
    this.#observer = observe(this, (what) => this.#broken.push(what))
    this.issuer = new ModelIssuer(this.clock, this.#observer, (what) => this.#broken.push(what))
    this.manager = new TokenManager(this.issuer, {
      clock: this.clock,
      random: () => circumstances.draw,
      retry: circumstances.retry && defaultRetryPolicy,
      refreshBuffer: circumstances.refreshBuffer,
    })
    this.manager.events.on('token', (token) => this.#observer.replaced?.(token))
  }

  /** An observer must not throw: the manager would take it for the issuer's failure. */
  check(): void {
    if (this.#broken[0] !== undefined) throw new Error(this.#broken[0])
  }

  /** Runs one command; all that can settle has settled before the next. */
  async step(command: () => Promise<void> | void): Promise<void> {
    await command()
    await this.clock.advance(0)
    this.#observer.stepped?.()
    this.check()
  }

  async finish(): Promise<void> {
    await this.#observer.finish?.()
    this.check()
  }

  peek(): AccessToken | undefined {
    const token = this.manager.peek()
    if (token !== undefined) this.#give(token)
    return token
  }

  /** @param plain without options: the way that costs two clock reads */
  async ask(plain: boolean): Promise<void> {
    this.#observer.asking?.()
    const peeked = this.peek()
    const waiter = this.#wait('get', plain ? undefined : new AbortController(), (signal) =>
      signal === undefined ? this.manager.getToken() : this.manager.getToken({ signal }),
    )
    await this.clock.advance(0)
    this.#observer.asked?.(waiter, peeked)
  }

  /** Until the last token that was given out has lived for this share of its lifetime. */
  async grow(share: number): Promise<void> {
    if (this.lastGiven === undefined) return
    const { sent, lifetime } = this.lastGiven
    await this.clock.advance(Math.max(sent.monotonic + lifetime * share - this.clock.monotonic(), 0))
  }

  askForAnother(): void {
    const after = this.lastGiven
    if (after === undefined) return
    this.#observer.refused?.(after)
    this.#wait('after', new AbortController(), (signal) => this.manager.getToken({ after, signal }))
  }

  refresh(): void {
    this.issuer.person = true
    this.#wait('refresh', new AbortController(), (signal) => this.manager.refresh({ signal }))
    this.issuer.person = false
  }

  start(): void {
    this.started = true
    this.#wait('start', undefined, () => this.manager.start().then(() => undefined))
  }

  /** The n-th of those who still wait, and can, gives up. */
  async abort(n: number): Promise<void> {
    const waiting = this.waiting()
    const able = waiting.filter(({ controller }) => controller !== undefined)
    const waiter = able[n % Math.max(able.length, 1)]
    if (waiter === undefined) return
    waiter.left = true
    waiter.controller?.abort()
    await this.clock.advance(0)
    this.#observer.aborted?.(waiting.filter((one) => one !== waiter))
  }

  async dispose(): Promise<void> {
    this.disposed = true
    for (const waiter of this.waiting()) waiter.left = true
    const disposed = this.manager[Symbol.asyncDispose]()
    await this.clock.advance(1_000)
    await disposed
  }

  waiting(): Waiter[] {
    return this.waiters.filter(({ settled }) => settled === undefined)
  }

  /** Timers that the manager has set. */
  get timers(): number {
    return this.clock.pending - this.issuer.timers
  }

  #wait(
    how: Waiter['how'],
    controller: AbortController | undefined,
    call: (signal: AbortSignal | undefined) => Promise<AccessToken | undefined>,
  ): Waiter {
    const begun = this.clock.monotonic()
    const waiter: Waiter = { begun, how, controller, left: false, settled: undefined, token: undefined }
    this.waiters.push(waiter)
    call(controller?.signal).then(
      (token) => {
        waiter.settled = this.clock.monotonic()
        waiter.token = token
        if (token !== undefined) this.#give(token)
      },
      () => {
        waiter.settled = this.clock.monotonic()
      },
    )
    return waiter
  }

  #give(token: AccessToken): void {
    this.lastGiven = token
    this.#observer.given?.(token)
  }
}
