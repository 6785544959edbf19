import type { Secret } from '@orthanc-oauth/core'

/** A DICOMweb server as Orthanc is told of it: the body of `PUT /dicom-web/servers/{name}`, its secrets kept as such. */
export interface Definition {
  readonly Url: string
  readonly Username?: string
  readonly Password?: Secret
  readonly HttpHeaders?: Readonly<Record<string, Secret>>
  readonly CertificateFile?: string
  readonly CertificateKeyFile?: string
  readonly CertificateKeyPassword?: Secret
  readonly Pkcs11?: boolean
  /** Seconds that a whole transfer may take. */
  readonly Timeout?: number
  /** Everything else: HasDelete, ChunkedTransfers, … */
  readonly properties: Readonly<Record<string, UserProperty>>
}

/** As Orthanc lists it: neither password nor header values are shown. */
export interface ListedDefinition {
  /** Orthanc adds a slash at its end. */
  readonly Url: string
  readonly Username?: string
  readonly headerNames: readonly string[]
  readonly Timeout?: number
  /** Booleans as "1" or "0". */
  readonly properties: Readonly<Record<string, UserProperty>>
}

export type UserProperty = string | boolean | number
