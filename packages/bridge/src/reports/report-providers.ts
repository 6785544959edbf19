import type { EventEmitter } from 'node:events'
import type { Log } from '../log/log.ts'
import type { ProviderEvents } from '../providers/provider-events.ts'

/** Writes a line for what providers tell. */
export function reportProviders(events: EventEmitter<ProviderEvents>, log: Log): void {
  events.on('warning', ({ server, message }) => log.warn({ server }, message))
  events.on('staleKeys', ({ server }) =>
    log.warn({ server }, "The issuer's keys cannot be fetched: a token was verified by those of before"),
  )
}
