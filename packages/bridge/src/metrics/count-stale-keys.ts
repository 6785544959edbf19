import type { EventEmitter } from 'node:events'
import type * as Prometheus from '@prometheus-io/client'
import type { ProviderEvents } from '../providers/provider-events.ts'
import { PREFIX } from './prefix.ts'

/** Counts verifications by keys that their issuer could not confirm: they end after a day, and so do tokens then. */
export function countStaleKeys(
  { Counter }: typeof Prometheus,
  registry: Prometheus.Registry,
  providers: EventEmitter<ProviderEvents>,
): void {
  const counter = new Counter({
    name: `${PREFIX}jwks_stale_uses_total`,
    help: 'Tokens verified by keys that could not be fetched anew',
    labelNames: ['server'],
    registers: [registry],
  })
  providers.on('staleKeys', ({ server }) => counter.inc({ server }))
}
