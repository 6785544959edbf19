import type { Socket } from 'node:net'
import type { ByteReader } from './byte-reader.ts'
import { type BodyPiece, readBody } from './read-body.ts'
import type { SeenRequest } from './seen-request.ts'

/** What is done with one request. Made by the functions beside this file, or by a test itself. */
export type Behaviour = (exchange: Exchange) => Promise<void>

export interface ExchangeParts {
  readonly request: SeenRequest
  readonly reader: ByteReader
  /** Where plain bytes go in and out: the TLS socket where there is one. */
  readonly socket: Socket
  /** RST, which only the TCP socket below a TLS socket can do. */
  readonly reset: () => void
  /** Aborts when the client is gone or the server is disposed of. */
  readonly gone: AbortSignal
  /** Opened by the first request of a connection that is passed on, kept for those after it. */
  readonly upstream: () => Promise<Socket>
}

/** One request and the raw connection that its answer is written to. */
export class Exchange {
  readonly request: SeenRequest
  readonly gone: AbortSignal
  readonly upstream: () => Promise<Socket>
  /** Ends the connection by RST; what the kernel has not yet sent is lost. */
  readonly reset: () => void
  readonly #parts: ExchangeParts
  readonly #pieces: AsyncGenerator<BodyPiece, void, void>
  #expected: boolean

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    this.request = parts.request
    this.gone = parts.gone
    this.upstream = parts.upstream
    this.reset = parts.reset
    this.#pieces = readBody(parts.reader, parts.request)
    this.#expected = parts.request.values('expect').some((value) => value.toLowerCase() === '100-continue')
  }

  /** The rest of the body. `Expect: 100-continue` is not answered. */
  body(): AsyncGenerator<BodyPiece, void, void> {
    return this.#pieces
  }

  /** Reads the body up to its end, or until at least `atLeast` bytes of it have come. Answers `Expect` first. */
  async readBody(atLeast = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#expected && atLeast > 0) await this.write('HTTP/1.1 100 Continue\r\n\r\n')
    this.ignoreExpect()
    while (this.request.bodyBytes < atLeast) {
      const { done } = await this.#pieces.next()
      if (done) return
    }
  }

  /** Reads the rest of the body, `Expect` unanswered. */
  async skipBody(): Promise<void> {
    for await (const _ of this.#pieces);
  }

  /** No 100 from here on. */
  ignoreExpect(): void {
    this.#expected = false
  }

  /** Resolves when the kernel has taken it. @throws when the client is gone */
  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parts.socket.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  /** FIN after what was written. */
  end(): void {
    this.#parts.socket.end()
  }

  /** Closes without reading what is still coming, as a server that has lost interest: the kernel answers that with RST. */
  close(): void {
    this.#parts.socket.destroy()
  }

  /** Resolves when the client is gone or the server is disposed of. */
  untilGone(): Promise<void> {
    const { gone } = this
    if (gone.aborted) return Promise.resolve()
    return new Promise((resolve) => gone.addEventListener('abort', () => resolve(), { once: true }))
  }
}
