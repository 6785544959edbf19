import { createHash } from 'node:crypto'

/** Of a body, what is kept for `text()`: a token request is smaller, and an upload of gigabytes must not be held. */
const KEPT_BODY = 64 * 1024

export type HeaderList = readonly (readonly [name: string, value: string])[]

export interface RequestLine {
  readonly method: string
  readonly target: string
  readonly version: string
}

/** A request as it came over the wire. What concerns the body grows while the body comes. */
export class SeenRequest {
  readonly method: string
  /** Byte for byte, undecoded. */
  readonly target: string
  readonly version: string
  /** In order, with the names as they were written and repeated ones apart. */
  readonly headers: HeaderList
  /** Request line, header lines and empty line, as they came. */
  readonly head: Buffer
  /** Which connection of this server it came on; the first is 1. */
  readonly connection: number
  /** Milliseconds of performance.now() at which the head was complete. */
  readonly at = performance.now()
  /** The body is complete or was cut short. */
  readonly ended: Promise<void>
  /** Its connection is gone. */
  readonly closed: Promise<void>
  readonly #hash = createHash('sha256')
  readonly #kept: Buffer[] = []
  #bodyBytes = 0
  #bodyComplete = false
  #trailers: HeaderList = []
  #end: (() => void) | undefined

  constructor(
    line: RequestLine,
    init: { headers: HeaderList; head: Buffer; connection: number; closed: Promise<void> },
  ) {
    this.method = line.method
    this.target = line.target
    this.version = line.version
    this.headers = init.headers
    this.head = init.head
    this.connection = init.connection
    this.closed = init.closed
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** All values of a field, in any letter case of its name. */
  values(name: string): string[] {
    return this.headers.filter(([field]) => field.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  }

  /** Without chunk sizes and trailers. */
  get bodyBytes(): number {
    return this.#bodyBytes
  }

  /** Of what has come of the body so far; hex. */
  get bodySha256(): string {
    return this.#hash.copy().digest('hex')
  }

  get bodyComplete(): boolean {
    return this.#bodyComplete
  }

  get trailers(): HeaderList {
    return this.#trailers
  }

  /** The body as UTF-8, its first 64 KiB. */
  text(): string {
    return Buffer.concat(this.#kept).subarray(0, KEPT_BODY).toString()
  }

  /** For the connection alone. */
  tookBody(content: Buffer): void {
    if (this.#bodyBytes < KEPT_BODY) this.#kept.push(content)
    this.#bodyBytes += content.length
    this.#hash.update(content)
  }

  /** For the connection alone. The first call counts. */
  bodyEnded(complete: boolean, trailers: HeaderList = []): void {
    if (this.#end === undefined) return
    this.#bodyComplete = complete
    this.#trailers = trailers
    this.#end()
    this.#end = undefined
  }
}
