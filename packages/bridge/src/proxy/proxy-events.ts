import type { OrthancOAuthError } from '@orthanc-oauth/core'

/** For EventEmitter. No path, query, field or body in any: they may name patients. Durations in milliseconds. */
export interface ProxyEvents {
  /** One request is over. */
  exchange: [Exchange]
  /** The server has answered an authorised request for the last time. */
  answered: [{ readonly server: string; readonly status: number }]
  /** A request could not be authorised: 503. */
  withoutToken: [{ readonly server: string; readonly error: OrthancOAuthError }]
  /** No answer of the server, none that may be passed on, or a refusal where there was none before. */
  failed: [{ readonly server: string; readonly error: OrthancOAuthError }]
  /** A request without the password. */
  unauthorized: [{ readonly address: string }]
  /** A file of the configuration that is read at each use could not be read. */
  unreadable: [{ readonly error: unknown }]
}

export interface Exchange {
  /** Absent: no server of the configuration was named. */
  readonly server: string | undefined
  readonly method: string
  /** As the client saw it; absent where the client was gone before. */
  readonly status: number | undefined
  /** Whether the client got the whole answer. */
  readonly complete: boolean
  readonly duration: number
}
