import type { ServerOptions } from '@orthanc-oauth/orthanc'
import type { ProxiedServer } from './proxy/proxied-server.ts'

/** One server of the configuration with everything the bridge has made for it. */
export interface BridgedServer extends ProxiedServer {
  readonly options: ServerOptions
}
