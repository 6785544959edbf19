/** For EventEmitter. Durations in milliseconds. */
export interface ControlEvents {
  /** One request is over. */
  exchange: [
    {
      /** As it is documented, `{name}` in the place of a server's; absent: there is none such. */
      readonly route: string | undefined
      readonly method: string
      /** Absent: the client did not wait for it. */
      readonly status: number | undefined
      readonly duration: number
    },
  ]
  /** Another Host, another site, or no user of ControlUsers. */
  refused: [{ readonly address: string; readonly reason: string }]
  /** Too many calls that act. */
  rateLimited: [{ readonly address: string }]
  /** A handler failed in a way that nobody expected. */
  failed: [{ readonly error: unknown }]
}
