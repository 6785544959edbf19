interface Flight<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiting: number
}

/** One piece of work for all who want it; given up when none of them does any more. */
export class SharedFlight<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>
  #flight: Flight<T> | undefined

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work
  }

  get isUnderWay(): boolean {
    return this.#flight !== undefined
  }

  /** Begins it, or joins it. Rejects as the work does, or with the signal's reason. */
  async join(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const flight = this.#flight ?? this.#begin()
    flight.waiting += 1
    let giveUp: (() => void) | undefined
    const abandoned = new Promise<never>((_, reject) => {
      giveUp = () => reject(signal?.reason)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
    try {
      return await Promise.race([flight.result, abandoned])
    } finally {
      if (giveUp !== undefined) signal?.removeEventListener('abort', giveUp)
      flight.waiting -= 1
      if (flight.waiting === 0 && this.#flight === flight) this.#giveUp(flight, signal?.reason)
    }
  }

  /** Whoever comes now begins another, although this one may take its time to end. */
  #giveUp({ controller }: Flight<T>, reason: unknown): void {
    this.#flight = undefined
    controller.abort(reason)
  }

  #begin(): Flight<T> {
    const controller = new AbortController()
    const result = this.#work(controller.signal).finally(() => {
      if (this.#flight?.controller === controller) this.#flight = undefined
    })
    result.catch(() => undefined) // each who waits is told; when nobody does any more, nobody is
    const flight = { result, controller, waiting: 0 }
    this.#flight = flight
    return flight
  }
}
