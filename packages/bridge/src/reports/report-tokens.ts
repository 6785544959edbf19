import type { Expiring, TokenManager } from '@orthanc-oauth/core'
import type { Log } from '../log/log.ts'

import { securityEvent, securityEventOf } from './security-events.ts'

/** Writes a line for what a manager tells: each change of fortune at once, the daily business at debug. */
export function reportTokens(manager: TokenManager<Expiring>, servers: readonly string[], log: Log): void {
  let succeeded = false
  const { events } = manager
  events.on('token', ({ lifetime, expiresAt, duration }) => {
    const fields = { servers, lifetime, expires_at: new Date(expiresAt).toISOString(), duration: Math.round(duration) }
    log.debug(fields, 'New token')
    if (!succeeded) securityEvent(log, 'auth_success', 'The issuer gives tokens', { servers })
    succeeded = true
  })
  events.on('failed', ({ error, duration }) => {
    succeeded = false
    log.error({ servers, error, duration: Math.round(duration) }, `No new token: ${error.message}`)
    const type = securityEventOf(error)
    if (type) securityEvent(log, type, error.message, { servers, error_code: error.code })
  })
  events.on('retry', ({ attempt, delay, error }) =>
    log.warn({ servers, attempt, delay: Math.round(delay), error }, 'An attempt failed; another follows'),
  )
  events.on('lost', () => log.error({ servers }, 'No usable token any more: requests get 503 until there is one'))
  events.on('breaker', ({ state }) => log.warn({ servers, state }, `Circuit breaker ${state}`))
}
