import { createHash } from 'node:crypto'

/**
 * How much of a body is kept so that it can be sent again: 1 MiB, in bytes. Queries, deletions and small studies fit;
 * more would cost memory with every upload and would be used once in a token's life.
 */
export const REPLAY_LIMIT = 2 ** 20

export interface ReplayableBodyOptions {
  /** Called once, before the first byte is taken: the moment for a 100 (Continue). */
  readonly onWanted?: () => void
  /** Bytes. Default REPLAY_LIMIT. */
  readonly limit?: number
}

/**
 * A client's body, which outlives the attempts to send it.
 *
 * Raw bytes are kept until more than the limit has been taken. Whoever reads gets them from the beginning and then
 * goes on with the client's stream. A chunk that was on its way to an attempt that ended meanwhile is kept as well.
 */
export class ReplayableBody {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #onWanted: () => void
  readonly #limit: number
  #kept: Buffer[] | undefined = []
  #taken = 0
  #ended = false
  #pull: Promise<Buffer | undefined> | undefined

  constructor(
    source: AsyncIterable<Buffer>,
    { onWanted = () => {}, limit = REPLAY_LIMIT }: ReplayableBodyOptions = {},
  ) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#onWanted = onWanted
    this.#limit = limit
  }

  /** Whether every byte has been taken from the client. */
  get ended(): boolean {
    return this.#ended
  }

  /**
   * From the first byte, or undefined where that is no longer kept. What is kept at this moment is kept for this
   * reader, even if another chunk arrives before it begins. One reader at a time.
   */
  read(): AsyncIterable<Buffer> | undefined {
    return this.#kept && this.#readFrom(this.#kept)
  }

  /** Takes what is left and throws it away. */
  async discard(): Promise<void> {
    this.#kept = undefined
    while ((await this.#next()) !== undefined);
  }

  /**
   * The whole of it, kept in memory up to the limit, and its SHA-256.
   *
   * @returns undefined where it is longer
   */
  async hold(): Promise<{ readonly length: number; readonly sha256: Uint8Array } | undefined> {
    const kept = this.#kept
    while (this.#kept !== undefined && (await this.#next()) !== undefined);
    if (this.#kept === undefined || kept === undefined) return undefined
    const sha256 = createHash('sha256')
    for (const chunk of kept) sha256.update(chunk)
    return { length: this.#taken, sha256: sha256.digest() }
  }

  async *#readFrom(kept: readonly Buffer[]): AsyncGenerator<Buffer> {
    let index = 0
    for (;;) {
      // #next() adds to `kept` until the limit is passed.
      for (; index < kept.length; index++) yield kept[index] as Buffer
      const chunk = await this.#next()
      if (chunk === undefined) return
      if (index === kept.length) yield chunk
    }
  }

  /** Two readers, the earlier of which has ended, share what is on its way. */
  #next(): Promise<Buffer | undefined> {
    this.#pull ??= this.#take().finally(() => {
      this.#pull = undefined
    })
    return this.#pull
  }

  async #take(): Promise<Buffer | undefined> {
    if (this.#taken === 0) this.#onWanted()
    const { value, done } = await this.#chunks.next()
    if (done) {
      this.#ended = true
      return undefined
    }
    this.#taken += value.length
    // The chunk that goes over the limit too: a reader may be behind.
    this.#kept?.push(value)
    if (this.#taken > this.#limit) this.#kept = undefined
    return value
  }
}
