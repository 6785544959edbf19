import type { EventEmitter } from 'node:events'
import type { Log } from '../log/log.ts'
import type { ProxyEvents } from '../proxy/proxy-events.ts'
import { securityEvent, securityEventOf } from './security-events.ts'

/** Writes a line for what the data listener tells. Neither paths nor queries: they name patients. */
export function reportProxy(events: EventEmitter<ProxyEvents>, log: Log): void {
  events.on('exchange', ({ duration, ...exchange }) =>
    log.debug({ ...exchange, duration: Math.round(duration) }, 'Request'),
  )
  events.on('withoutToken', ({ server, error }) =>
    log.warn({ server, error }, 'A request got 503: no usable token, nothing was sent'),
  )
  events.on('failed', ({ server, error }) => {
    log.error({ server, error }, error.message)
    const type = securityEventOf(error)
    if (type) securityEvent(log, type, error.message, { server, error_code: error.code })
  })
  events.on('unauthorized', ({ address }) =>
    securityEvent(log, 'unauthorized_access', 'A request without the password on the data listener', { address }),
  )
  events.on('unreadable', ({ error }) => log.error({ error }, 'A password file cannot be read: its client is refused'))
}
