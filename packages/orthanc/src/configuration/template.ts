import type { Secret, TlsIdentity } from '@orthanc-oauth/core'
import type { Definition } from '../registration/definition.ts'
import type { Location } from './location.ts'

/**
 * The definition of the same name in `DicomWeb.Servers`: what is beside its Url and credentials carries over, and it
 * goes back into Orthanc at a clean shutdown.
 */
export interface Template {
  readonly name: string
  /** As written, but for an Authorization header other than Basic: a token that was put there goes nowhere. */
  readonly definition: Definition
  /** Its HttpHeaders other than Authorization (API-management keys): for the bridge, towards the server. Names in lower case. */
  readonly headers: Readonly<Record<string, Secret>>
  /** Its client certificate: for the bridge, towards the server. */
  readonly tls?: TlsIdentity
  readonly location: Location
}
