import type { ProviderRegistry } from '@orthanc-oauth/orthanc'
import type { Log } from '../log/log.ts'

/** Those that come with the bridge, each loaded when a server first names it. */
export function bundledProviders(log: Log): ProviderRegistry {
  const onWarning = (server: string, message: string) => log.warn({ server }, message)
  return {
    generic: async () => ({ createAuthorizer: (await import('./generic.ts')).genericAuthorizers(onWarning) }),
  }
}
