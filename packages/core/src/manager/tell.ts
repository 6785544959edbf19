import type { EventEmitter } from 'node:events'
import { sanitizeCause } from '../errors/sanitize-cause.ts'
import type { TokenEvents } from './token-status.ts'

/** Emits; a listener that throws is its author's affair, and costs nobody a token. */
export function tell<K extends keyof TokenEvents>(
  events: EventEmitter<TokenEvents>,
  event: K,
  ...payload: TokenEvents[K]
): void {
  try {
    ;(events as EventEmitter).emit(event, ...payload)
  } catch (error) {
    process.emitWarning(`A listener of the event ${event} of a token manager threw: ${sanitizeCause(error).name}`)
  }
}
