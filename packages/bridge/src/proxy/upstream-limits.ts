/** Milliseconds. There is no limit to the whole of a request: an upload of hours is as good as one of seconds. */
export interface UpstreamLimits {
  /** Until the TCP connection stands: 5 s, in which a host that is there answers even over a satellite. */
  readonly connect: number
  /** And as much again, twice, for the TLS handshake: 10 s. */
  readonly handshake: number
  /** Without a byte in either direction: 10 min, longer than a server was seen to think about a study of gigabytes. */
  readonly idle: number
}

export const upstreamLimits: UpstreamLimits = { connect: 5_000, handshake: 10_000, idle: 600_000 }
