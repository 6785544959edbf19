import { EventEmitter } from 'node:events'
import { type Clock, systemClock, TokenManagers } from '@orthanc-oauth/core'
import { type Configuration, type ProviderRegistry, readConfiguration } from '@orthanc-oauth/orthanc'
import type { Bridge } from './bridge.ts'
import { bridgedServers } from './bridged-servers.ts'
import type { ControlEvents } from './control/control-events.ts'
import { controlGuardOptions } from './control/control-guard-options.ts'
import { createControlServer } from './control/control-server.ts'
import { metricsRoutes } from './control/metrics-routes.ts'
import { probeRoutes } from './control/probes.ts'
import { rateLimiter } from './control/rate-limit.ts'
import { statusRoutes } from './control/status-routes.ts'
import { testRoute } from './control/test-route.ts'
import { dataGate, newOrthancLogin } from './data-gate.ts'
import { type Log, silentLog } from './log/log.ts'
import { createMetrics } from './metrics/metrics.ts'
import { bundledProviders } from './providers/bundled-providers.ts'
import type { ProviderEvents } from './providers/provider-events.ts'
import { createDataServer } from './proxy/data-server.ts'
import type { ProxyEvents } from './proxy/proxy-events.ts'
import { serversByManager } from './reports/by-manager.ts'
import { reportControl } from './reports/report-control.ts'
import { reportProviders } from './reports/report-providers.ts'
import { reportProxy } from './reports/report-proxy.ts'
import { reportTokens } from './reports/report-tokens.ts'
import { watchRefusals } from './reports/watch-refusals.ts'
import { type BridgeParts, RunningBridge } from './running-bridge.ts'

export interface BridgeOptions {
  /** What was read, or the path of Orthanc's configuration: a file, or a folder of *.json. */
  readonly configuration: string | Configuration
  /** Beside those that come with the bridge, and before them. Never from the JSON: a configuration loads no code. */
  readonly providers?: ProviderRegistry
  /** For `${NAME}` in the configuration. Default process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Default: the clocks of this process. */
  readonly clock?: Clock
  /** Default: none. */
  readonly log?: Log
}

/**
 * Reads the configuration and makes everything that it asks for; nothing is bound and nobody is asked before start().
 *
 * @throws OrthancOAuthError of the category CONFIGURATION, which says what to change and where
 */
export async function createBridge(options: BridgeOptions): Promise<Bridge> {
  const { providers = {}, env, clock = systemClock, log = silentLog } = options
  const configuration =
    typeof options.configuration === 'string'
      ? await readConfiguration(options.configuration, env && { env })
      : options.configuration
  const managers = new TokenManagers()
  const providerEvents = new EventEmitter<ProviderEvents>()
  reportProviders(providerEvents, log)
  try {
    const registry = { ...bundledProviders(providerEvents), ...providers }
    const servers = await bridgedServers(configuration, registry, { managers, clock })
    return await assemble({ configuration, servers, managers, clock, log }, providerEvents)
  } catch (error) {
    await managers[Symbol.asyncDispose]()
    throw error
  }
}

type Assembled = Pick<BridgeParts, 'configuration' | 'servers' | 'managers' | 'clock' | 'log'>

async function assemble(parts: Assembled, providerEvents: EventEmitter<ProviderEvents>): Promise<Bridge> {
  const { configuration, servers, clock, log } = parts
  const { section, warnings } = configuration
  const proxyEvents = new EventEmitter<ProxyEvents>()
  const controlEvents = new EventEmitter<ControlEvents>()
  const onUnreadable = (error: unknown) => proxyEvents.emit('unreadable', { error })
  const guard = controlGuardOptions(section, onUnreadable)
  const login = newOrthancLogin()
  const limiter = rateLimiter(section.rateLimit)
  watchRefusals(proxyEvents, servers)
  const metrics = section.enableMetrics
    ? await createMetrics(servers, { proxy: proxyEvents, control: controlEvents, providers: providerEvents })
    : undefined
  reportProxy(proxyEvents, log)
  reportControl(controlEvents, log)
  for (const [manager, names] of serversByManager(servers.values())) reportTokens(manager, names, log)
  return new RunningBridge({
    ...parts,
    login,
    dataServer: createDataServer({
      servers,
      gate: dataGate(login, section, onUnreadable),
      events: proxyEvents,
      clock,
    }),
    controlServer: (bridge) =>
      createControlServer({
        guard,
        events: controlEvents,
        clock,
        routes: [
          ...probeRoutes(() => bridge.isReady),
          ...statusRoutes({ servers, warnings, clock, registration: () => bridge.registrar?.status ?? new Map() }),
          testRoute({ servers, limiter, events: controlEvents, clock }),
          ...(metrics ? metricsRoutes(metrics) : []),
        ],
      }).once('close', () => limiter[Symbol.dispose]()),
  })
}
