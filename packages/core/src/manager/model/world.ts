import { type AccessToken, defaultRetryPolicy, TokenManager } from '@orthanc-oauth/core'
import { type FakeClock, fakeClock } from '@orthanc-oauth/testing'
import { type CallObserver, ModelIssuer } from './issuer.ts'

/** Somebody who called getToken, refresh or start. Milliseconds of the monotonic clock. */
export interface Waiter {
  readonly begun: number
  readonly how: 'get' | 'after' | 'refresh' | 'start'
  readonly controller: AbortController
  /** Gave up, or the manager was disposed. */
  left: boolean
  settled: number | undefined
  token: AccessToken | undefined
}

export interface Observer extends CallObserver {
  /** A token reached a caller, now. */
  given?(token: AccessToken, world: World): void
  /** A plain getToken() was called just now, and every promise that could settle has: the clocks stand where they stood. */
  asked?(waiter: Waiter, peeked: AccessToken | undefined, world: World): void
  /** A server refused this one, and another was asked for. */
  refused?(token: AccessToken): void
  /** After each command. */
  stepped?(world: World): void
}

export interface Circumstances {
  readonly retry: boolean
  readonly refreshBuffer: number
  readonly draw: number
}

/** The manager, its clock, its issuer and everybody who calls it, watched by one invariant. */
export class World {
  readonly clock: FakeClock = fakeClock()
  readonly issuer: ModelIssuer
  readonly manager: TokenManager
  readonly waiters: Waiter[] = []
  /** By the monotonic clock. */
  readonly begun = this.clock.monotonic()
  lastGiven: AccessToken | undefined
  started = false
  disposed = false
  readonly #observer: Observer

  constructor({ retry, refreshBuffer, draw }: Circumstances, observer: Observer) {
    this.#observer = observer
    this.issuer = new ModelIssuer(this.clock, [observer])
    this.manager = new TokenManager(this.issuer, {
      clock: this.clock,
      random: () => draw,
      retry: retry && defaultRetryPolicy,
      refreshBuffer,
    })
  }

  /** Runs one command; all that can settle has settled before the next. */
  async step(command: () => Promise<void> | void): Promise<void> {
    await command()
    await this.clock.advance(0)
    this.#observer.stepped?.(this)
  }

  peek(): AccessToken | undefined {
    const token = this.manager.peek()
    if (token !== undefined) this.#give(token)
    return token
  }

  async ask(): Promise<void> {
    const peeked = this.peek()
    const waiter = this.#wait('get', (signal) => this.manager.getToken({ signal }))
    await this.clock.advance(0)
    this.#observer.asked?.(waiter, peeked, this)
  }

  /** The fast path. */
  askPlainly(): void {
    this.#wait('get', () => this.manager.getToken())
  }

  askForAnother(): void {
    const after = this.lastGiven
    if (after === undefined) return
    this.#observer.refused?.(after)
    this.#wait('after', (signal) => this.manager.getToken({ after, signal }))
  }

  refresh(): void {
    this.issuer.person = true
    this.#wait('refresh', (signal) => this.manager.refresh({ signal }))
    this.issuer.person = false
  }

  start(): void {
    this.started = true
    this.#wait('start', () => this.manager.start().then(() => undefined))
  }

  /** The n-th of those who still wait gives up. */
  abort(n: number): void {
    const waiting = this.waiting().filter(({ how }) => how !== 'start')
    const waiter = waiting[n % Math.max(waiting.length, 1)]
    if (waiter === undefined) return
    waiter.left = true
    waiter.controller.abort()
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

  #wait(how: Waiter['how'], call: (signal: AbortSignal) => Promise<AccessToken | undefined>): Waiter {
    const controller = new AbortController()
    const begun = this.clock.monotonic()
    const waiter: Waiter = { begun, how, controller, left: false, settled: undefined, token: undefined }
    this.waiters.push(waiter)
    call(controller.signal).then(
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
    this.#observer.given?.(token, this)
  }
}
