import type { Behaviour } from './exchange.ts'
import type { SeenRequest } from './seen-request.ts'

/** What is to be done with the next requests: a queue for those of one path, a queue for all, then what is always done. */
export class Script {
  readonly #queue: Behaviour[] = []
  readonly #queues = new Map<string, Behaviour[]>()
  #always: Behaviour

  constructor(always: Behaviour) {
    this.#always = always
  }

  next(behaviours: readonly Behaviour[]): void {
    this.#queue.push(...behaviours)
  }

  nextAt(path: string, behaviours: readonly Behaviour[]): void {
    this.#queues.set(path, [...(this.#queues.get(path) ?? []), ...behaviours])
  }

  always(behaviour: Behaviour): void {
    this.#always = behaviour
  }

  take({ target }: SeenRequest): Behaviour {
    const path = target.replace(/\?.*$/, '')
    return this.#queues.get(path)?.shift() ?? this.#queue.shift() ?? this.#always
  }
}
