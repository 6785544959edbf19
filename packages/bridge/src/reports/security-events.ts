import { randomUUID } from 'node:crypto'
import type { ErrorCode, OrthancOAuthError } from '@orthanc-oauth/core'
import type { Log } from '../log/log.ts'

/** As the Python plugin of the same name calls them: people's alert rules match on these. */
export type SecurityEventType =
  | 'auth_success'
  | 'auth_failure'
  | 'token_validation_failure'
  | 'rate_limit_exceeded'
  | 'ssl_verification_failure'
  | 'unauthorized_access'

/** One line at WARNING with `security_event`, `event_type` and a `correlation_id` of its own. */
export function securityEvent(log: Log, type: SecurityEventType, message: string, fields: object = {}): void {
  log.warn({ security_event: true, event_type: type, correlation_id: randomUUID(), ...fields }, message)
}

const TYPE_OF_ERROR: Partial<Record<ErrorCode, SecurityEventType>> = {
  'AUTH-001': 'auth_failure',
  'AUTH-002': 'auth_failure',
  'TOK-006': 'auth_failure',
  'TOK-004': 'token_validation_failure',
  'NET-003': 'ssl_verification_failure',
}

/** What an error means for security, where it means something. */
export function securityEventOf({ code }: OrthancOAuthError): SecurityEventType | undefined {
  return TYPE_OF_ERROR[code]
}
