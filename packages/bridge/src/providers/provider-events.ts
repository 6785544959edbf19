/** What providers have to say, by the name of the server that they are for. */
export interface ProviderEvents {
  warning: [{ readonly server: string; readonly message: string }]
  /** A token was verified by keys that should have been fetched anew and could not be. */
  staleKeys: [{ readonly server: string }]
}
