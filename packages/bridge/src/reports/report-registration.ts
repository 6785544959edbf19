import type { EventEmitter } from 'node:events'
import type { RegistrarEvents } from '@orthanc-oauth/orthanc'
import type { Log } from '../log/log.ts'

/** Writes a line for what becomes of the definitions in Orthanc. */
export function reportRegistration(events: EventEmitter<RegistrarEvents>, log: Log): void {
  events.on('status', ({ server, status }) => {
    if (status.state === 'failed')
      return log.error({ server, error: status.error }, `Not registered with Orthanc: ${status.error.message}`)
    const write = status.state.endsWith('by an administrator') ? log.warn : log.info
    write.call(log, { server, registration: status.state }, `Definition in Orthanc: ${status.state}`)
  })
  events.on('warning', ({ server, message }) => log.warn({ server }, message))
}
