import type { RequestAuthorizer } from '@orthanc-oauth/core'
import type { Fields } from './fields.ts'
import type { Upstream } from './upstream.ts'

/** A server of the configuration, as the data listener sees it. */
export interface ProxiedServer {
  readonly name: string
  readonly authorizer: RequestAuthorizer
  readonly upstream: Upstream
  /** Sent with every request (API-management keys). A function, so that inspect shows no key. */
  configuredFields(): Fields
}
