import type { SecretSource } from '@orthanc-oauth/core'

/** How to reach Orthanc's REST API. */
export interface OrthancConnection {
  /** Absolute, with a slash at its end. */
  readonly url: string
  readonly username?: string
  readonly password?: SecretSource
  /** PEM bundle; default: what Node trusts. */
  readonly caFile?: string
  /** `DicomWeb.Root` without its slashes: `dicom-web`. */
  readonly dicomWebRoot: string
}
