import type { EventEmitter } from 'node:events'
import type { ControlEvents } from '../control/control-events.ts'
import type { Log } from '../log/log.ts'
import { securityEvent } from './security-events.ts'

/** Writes a line for what the control listener tells. */
export function reportControl(events: EventEmitter<ControlEvents>, log: Log): void {
  events.on('refused', ({ address, reason }) =>
    securityEvent(log, 'unauthorized_access', `Refused on the control listener: ${reason}`, { address }),
  )
  events.on('rateLimited', ({ address }) =>
    securityEvent(log, 'rate_limit_exceeded', 'Too many test calls on the control listener', { address }),
  )
  events.on('failed', ({ error }) => log.error({ error }, 'The control listener failed at a call'))
}
