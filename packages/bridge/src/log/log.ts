/** One line: what happened, and where. Never a secret, a token, a path or query of a request, or a body. */
type Write = (fields: object, message: string) => void

/** What the bridge writes to; a pino logger is one. */
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

/** For a host that wants no lines. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
