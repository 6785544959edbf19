import type { EventEmitter } from 'node:events'
import { type BreakerState, errorCodes, type OrthancOAuthError, type TokenStatus } from '@orthanc-oauth/core'
import type * as Prometheus from '@prometheus-io/client'
import type { BridgedServer } from '../bridged-server.ts'
import type { ProxyEvents } from '../proxy/proxy-events.ts'
import { serversByManager } from '../reports/by-manager.ts'
import { PREFIX } from './prefix.ts'

/** off is no state of a breaker: there is none. */
const BREAKER_STATES: Partial<Record<BreakerState, number>> = { closed: 0, open: 1, 'half-open': 2 }

/** Counts what the managers do. An acquisition counts for each server that shares its token. */
export function countTokens(
  prometheus: typeof Prometheus,
  registry: Prometheus.Registry,
  servers: ReadonlyMap<string, BridgedServer>,
  proxy: EventEmitter<ProxyEvents>,
): void {
  const { Counter, Histogram } = prometheus
  const registers = [registry]
  const acquisitions = new Counter({
    name: `${PREFIX}token_acquisitions_total`,
    help: 'Acquisitions, all their attempts included',
    labelNames: ['server', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: `${PREFIX}token_acquisition_duration_seconds`,
    help: 'How long acquisitions took, all their attempts included',
    labelNames: ['server'],
    registers,
  })
  const errors = new Counter({
    name: `${PREFIX}errors_total`,
    help: 'Failed acquisitions, and failures of the server',
    labelNames: ['server', 'error_code', 'category'],
    registers,
  })
  const countError = (server: string, { code }: OrthancOAuthError) =>
    errors.inc({ server, error_code: code, category: errorCodes[code].category })
  for (const [{ events }, names] of serversByManager(servers.values())) {
    const count = (status: 'success' | 'failure', duration: number) => {
      for (const server of names) {
        acquisitions.inc({ server, status })
        durations.observe({ server }, duration / 1_000)
      }
    }
    events.on('token', ({ duration }) => count('success', duration))
    events.on('failed', ({ error, duration }) => {
      count('failure', duration)
      for (const server of names) countError(server, error)
    })
  }
  proxy.on('failed', ({ server, error }) => countError(server, error))
  readStatus(prometheus, registry, servers)
}

/** What the managers count by themselves is read when it is asked for. */
function readStatus(
  { Counter, Gauge }: typeof Prometheus,
  registry: Prometheus.Registry,
  servers: ReadonlyMap<string, BridgedServer>,
): void {
  const registers = [registry]
  const labelNames = ['server'] as const
  const counter = (name: string, help: string, value: (status: TokenStatus) => number) =>
    new Counter({
      name: PREFIX + name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const { name: server, authorizer } of servers.values())
          this.inc({ server }, value(authorizer.credentials.status))
      },
    })
  counter('cache_hits_total', 'Calls answered from memory', ({ hits }) => hits)
  counter('cache_misses_total', 'Calls that had to wait for the issuer', ({ misses }) => misses)
  counter('retry_attempts_total', 'Attempts after the first', ({ retries }) => retries)
  counter(
    'circuit_breaker_rejections_total',
    'Acquisitions that an open breaker refused',
    ({ breakerRejections }) => breakerRejections,
  )
  new Gauge({
    name: `${PREFIX}circuit_breaker_state`,
    help: '0 closed, 1 open, 2 half-open; absent where no breaker was asked for',
    labelNames,
    registers,
    collect() {
      this.reset()
      for (const { name: server, authorizer } of servers.values()) {
        const state = BREAKER_STATES[authorizer.credentials.status.breaker]
        if (state !== undefined) this.set({ server }, state)
      }
    },
  })
}
