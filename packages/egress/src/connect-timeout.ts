/** What was to be connected to is known to whoever asked for it. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout'
  readonly code = 'ETIMEDOUT'
  /** Milliseconds. */
  readonly limit: number

  constructor(limit: number) {
    super(`not connected within ${limit} ms`)
    this.limit = limit
  }
}
