import type { Clock } from '@orthanc-oauth/core'
import { version } from '../version.ts'

/** Of the REST answers, which are those of the Python plugin of the same name. */
const API_VERSION = '2.0'

/** What every answer of the control API is wrapped in. */
export interface Envelope<T> {
  readonly plugin_version: string
  readonly api_version: string
  /** UTC, ends in Z. */
  readonly timestamp: string
  readonly data: T
}

export function envelope<T>(data: T, clock: Clock): Envelope<T> {
  return {
    plugin_version: version,
    api_version: API_VERSION,
    timestamp: new Date(clock.now()).toISOString(),
    data,
  }
}
