import { once } from 'node:events'
import { readConfiguration } from '@orthanc-oauth/orthanc'
import { createBridge } from '../create-bridge.ts'
import { jsonLog } from '../log/json-log.ts'
import { ownProviders } from './own-providers.ts'
import type { ServeOptions } from './program.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * Runs the bridge until SIGTERM, SIGINT or SIGHUP, with JSON lines on standard output. A signal that comes while it starts ends
 * it as well.
 *
 * @throws what is wrong with the configuration, or with an address to listen on
 */
export async function serve({ config, logLevel, provider }: ServeOptions): Promise<void> {
  const stop = stopSignal()
  const stopped = once(stop, 'abort')
  const providers = await ownProviders(provider)
  const configuration = await readConfiguration(config)
  const log = jsonLog(logLevel ?? configuration.section.logLevel)
  await using bridge = await createBridge({ configuration, providers, log })
  if (stop.aborted) return
  await Promise.race([bridge.start(), stopped])
  await stopped
  log.info({}, 'Stopping: streams under way may end')
}
