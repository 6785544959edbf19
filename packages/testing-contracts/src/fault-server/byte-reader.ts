import type { Socket } from 'node:net'

/** Unread bytes beyond this stay in the kernel, so that a server that does not read is felt by its client. */
const HIGH_WATER_MARK = 64 * 1024
const LINE_FEED = 0x0a

/** The bytes that come in on one connection, pulled. Up to 64 KiB are read ahead, so that the client's end is noticed. */
export class ByteReader {
  readonly #socket: Socket
  #unread: Buffer = Buffer.alloc(0)
  #ended: boolean = false
  #wake = () => {}

  constructor(socket: Socket, onBytes: (count: number) => void) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      onBytes(chunk.length)
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
      if (this.#unread.length >= HIGH_WATER_MARK) socket.pause()
      this.#wake()
    })
    const end = () => {
      this.#ended = true
      this.#wake()
    }
    socket.on('end', end)
    socket.on('close', end)
  }

  /** At least one byte and at most `limit`; undefined at the end of the connection. */
  async read(limit: number): Promise<Buffer | undefined> {
    while (this.#unread.length === 0) {
      if (this.#ended) return undefined
      await this.#more()
    }
    return this.#take(Math.min(limit, this.#unread.length))
  }

  /** With its line feed; undefined where the connection ends before it. */
  async readLine(): Promise<Buffer | undefined> {
    for (;;) {
      const end = this.#unread.indexOf(LINE_FEED)
      if (end >= 0) return this.#take(end + 1)
      if (this.#ended) return undefined
      await this.#more()
    }
  }

  #take(count: number): Buffer {
    const taken = this.#unread.subarray(0, count)
    this.#unread = this.#unread.subarray(count)
    return taken
  }

  #more(): Promise<void> {
    this.#socket.resume()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
