import type { Hospital } from './hospital.ts'
import type { Serve } from './serve.ts'

/** The hospital and the bridge beside it. */
export interface Site extends AsyncDisposable {
  readonly hospital: Hospital
  readonly bridge: Serve
  /** Of the hospital's Orthanc and who may see it, where there is one. */
  readonly visit?: string
  /** A command that lists the studies of the protected server, by the way that the hospital takes. */
  readonly curl: string
}
