import type { SeenRequest } from './seen-request.ts'

interface Waiter {
  readonly count: number
  resolve(requests: readonly SeenRequest[]): void
  reject(error: Error): void
}

/** The requests of one server so far, and those who wait for more. */
export class RequestLog {
  readonly #requests: SeenRequest[] = []
  #waiters: Waiter[] = []

  get requests(): readonly SeenRequest[] {
    return [...this.#requests]
  }

  add(request: SeenRequest): void {
    this.#requests.push(request)
    const satisfied = this.#waiters.filter(({ count }) => count <= this.#requests.length)
    this.#waiters = this.#waiters.filter(({ count }) => count > this.#requests.length)
    for (const { resolve } of satisfied) resolve(this.requests)
  }

  seen(count: number): Promise<readonly SeenRequest[]> {
    if (this.#requests.length >= count) return Promise.resolve(this.requests)
    return new Promise((resolve, reject) => this.#waiters.push({ count, resolve, reject }))
  }

  /** Whoever still waits learns that no more will come. */
  close(): void {
    for (const { count, reject } of this.#waiters) {
      reject(new Error(`The server was closed after ${this.#requests.length} of ${count} requests`))
    }
    this.#waiters = []
  }
}
