/** The head of a request, as one attempt will send it. */
export interface RequestHead {
  readonly method: string
  /** Absolute, at the server, byte for byte as it will be sent (DPoP's htu, SigV4's path): a URL object would change bytes. */
  readonly url: string
  /** Final: hop-by-hop fields and the client's Authorization are gone. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Of the body, in bytes: 0 none, undefined not known. */
  readonly length?: number | undefined
  /** Where the body lies in memory. */
  readonly sha256?: Uint8Array | undefined
}

/** The head of its answer. */
export interface AnswerHead {
  readonly status: number
  /** Names in lower case; repeated fields joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
}
