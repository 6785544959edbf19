import type { Socket } from 'node:net'
import { type AcquireRequest, type Clock, OrthancOAuthError, type Secret } from '@orthanc-oauth/core'
import type * as Undici from 'undici'
import { connector } from './connect.ts'
import { connectionError } from './connection-error.ts'
import { endpointName } from './endpoint-name.ts'
import { ANSWER_LIMIT, LARGEST_BODY, TOTAL_LIMIT } from './limits.ts'
import { readBody } from './read-body.ts'
import type { TlsOptions } from './sockets.ts'

/** One beyond it is to be taken for a 5xx (RFC 9110, section 15). */
const HIGHEST_STATUS = 599

export interface OutgoingRequest {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: URLSearchParams | undefined
}

/**
 * The way to the issuer for one acquisition: opened for it and gone with it, so that nothing stays behind in a process
 * that stops, and a renewed CA bundle counts at the next one.
 */
export class IssuerConnection {
  readonly #fetch: typeof Undici.fetch
  readonly #agent: Undici.Agent
  /** Each with the moment of its close. */
  readonly #sockets = new Map<Socket, Promise<void>>()
  readonly #clock: Clock
  readonly #signal: AbortSignal

  /** For openIssuerConnection alone. */
  constructor(
    undici: typeof Undici,
    way: { readonly tls: TlsOptions; readonly proxy: Secret | undefined },
    { clock, signal }: Pick<AcquireRequest, 'clock' | 'signal'>,
  ) {
    this.#clock = clock
    this.#signal = signal
    this.#fetch = undici.fetch
    this.#agent = new undici.Agent({
      connect: connector(way, clock, (socket) => this.#watch(socket)),
      maxResponseSize: LARGEST_BODY, // on the wire; readBody counts what it unpacks to
      headersTimeout: 0, // ours are exact and by the injected clock
      bodyTimeout: 0,
    })
  }

  /**
   * One exchange, whole: the answer comes with its body in memory, so that whatever fails on the way fails here.
   * Redirects are answers: what was sent is sent nowhere else.
   *
   * @throws the reason of the acquisition's signal, or OrthancOAuthError NET-001, NET-002, NET-003 or TOK-005
   */
  async exchange(url: URL, request: OutgoingRequest): Promise<Response> {
    const endpoint = endpointName(url)
    const limits = new AbortController()
    const limit = (ms: number) =>
      this.#clock.setTimer(() => {
        const message = `${endpoint} did not answer within ${ms} ms`
        limits.abort(new OrthancOAuthError('NET-001', message, { details: { endpoint, limit: ms }, retryable: true }))
      }, ms)
    const cancels = [limit(ANSWER_LIMIT), limit(TOTAL_LIMIT)]
    try {
      const answer = await this.#fetch(url, {
        method: request.method,
        headers: { ...request.headers, 'accept-encoding': 'identity' },
        body: request.body ?? null,
        redirect: 'manual',
        signal: AbortSignal.any([this.#signal, limits.signal]),
        dispatcher: this.#agent,
      })
      cancels[0]?.()
      const body = await readBody(answer.body, endpoint)
      return new Response(body === '' ? null : body, {
        status: Math.min(answer.status, HIGHEST_STATUS),
        headers: [...answer.headers],
      })
    } catch (error) {
      this.#signal.throwIfAborted()
      throw connectionError(limits.signal.aborted ? limits.signal.reason : error, endpoint)
    } finally {
      for (const cancel of cancels) cancel()
    }
  }

  /** Resolves when every socket is gone. */
  async close(): Promise<void> {
    const closed = [...this.#sockets.values()]
    for (const socket of this.#sockets.keys()) socket.destroy()
    await Promise.all([this.#agent.destroy(), ...closed])
  }

  /** undici lets go of a socket that is still connecting, and would leave it to itself. */
  #watch(socket: Socket): void {
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    this.#sockets.set(socket, closed)
  }
}
