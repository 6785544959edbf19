import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export interface WorkerInput {
  /** Milliseconds between a request's head and its answer. */
  readonly latency: number
  /** One number: token requests so far. Shared memory. */
  readonly requests: Int32Array<SharedArrayBuffer>
}

export interface WorkerReady {
  /** Both lead to the same endpoint. */
  readonly http: string
  readonly https: string
  /** PEM, of the CA that signed the https one's certificate. */
  readonly ca: string
}

export interface TokenEndpoint extends WorkerReady, AsyncDisposable {
  readonly latency: number
  /** Token requests since the last call. */
  takeRequests(): number
}

/** Answers every request with a token of an hour, `latency` milliseconds later. */
export async function startTokenEndpoint(latency: number): Promise<TokenEndpoint> {
  const requests = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData: WorkerInput = { latency, requests }
  const worker = new Worker(new URL('token-endpoint-worker.ts', import.meta.url), { workerData })
  const [ready]: [WorkerReady] = (await once(worker, 'message')) as [WorkerReady]
  return {
    ...ready,
    latency,
    takeRequests: () => Atomics.exchange(requests, 0, 0),
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  }
}
