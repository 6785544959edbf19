import type { BridgedServer } from './bridged-server.ts'

/** A bridge: made by createBridge(), started once, disposed of once. */
export interface Bridge extends AsyncDisposable {
  /**
   * Binds both listeners, looks after the definitions in Orthanc, and asks for every server's first token. Resolves
   * when each of them has come or has failed; those that failed are tried again in the background.
   *
   * @throws OrthancOAuthError CFG-002 that names the key whose address cannot be bound; nothing is left running then
   */
  start(): Promise<void>
  /** Of the data listener, without a slash at the end; after the start. */
  readonly dataUrl: string
  /** Of the control listener, without a slash at the end; after the start. */
  readonly controlUrl: string
  /** By name, in the order of the configuration. */
  readonly servers: ReadonlyMap<string, BridgedServer>
  /**
   * Takes the definitions back, ends acquisitions, accepts nothing more, lets streams under way end for up to 25 s,
   * and closes everything, within 29 s: an Orthanc that hangs takes up to 10 s of them. Whatever fails on the way is written to the log.
   */
  [Symbol.asyncDispose](): Promise<void>
}
