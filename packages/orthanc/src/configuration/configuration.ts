import type { Location } from './location.ts'
import type { OrthancConnection } from './orthanc-connection.ts'
import type { SectionOptions } from './section-options.ts'
import type { ServerOptions } from './server-options.ts'
import type { Template } from './template.ts'

/** What was read: complete, checked, immutable. Nothing in it shows a secret. */
export interface Configuration {
  readonly servers: readonly ServerOptions[]
  readonly section: SectionOptions
  readonly orthanc: OrthancConnection
  /** Of those servers that `DicomWeb.Servers` defines too, by name. */
  readonly templates: ReadonlyMap<string, Template>
  /** For the log at start and for the status. */
  readonly warnings: readonly ConfigurationWarning[]
}

/** What works, but not as somebody may think. */
export interface ConfigurationWarning {
  readonly message: string
  readonly location: Location
  /** The server that it concerns; absent: all of them. */
  readonly server?: string
}
