import type { Definition, ListedDefinition } from './definition.ts'

/** Orthanc's servers API: over HTTP from a sidecar, through the shim from inside. */
export interface OrthancApi {
  /**
   * Every definition by its name. Answers only once Orthanc answers.
   *
   * @throws OrthancOAuthError AUTH-100 where Orthanc refuses, NET-100 (retryable) where it cannot be reached
   */
  servers(): Promise<ReadonlyMap<string, ListedDefinition>>
  /** Registers, or replaces as a whole: nothing of a former definition is left. */
  put(name: string, definition: Definition): Promise<void>
  /** Removes; a definition that is not there is no error. */
  delete(name: string): Promise<void>
}
