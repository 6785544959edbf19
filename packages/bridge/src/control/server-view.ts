import type { Clock, ErrorJson } from '@orthanc-oauth/core'
import { type RegistrationStatus, shownUrl } from '@orthanc-oauth/orthanc'
import type { BridgedServer } from '../bridged-server.ts'

/** What the control API shows of a server. No secret, no token, no preview of one. */
export interface ServerView {
  readonly name: string
  readonly url: string
  readonly provider: string
  readonly token_endpoint: string | null
  readonly has_cached_token: boolean
  readonly token_valid: boolean
  /** empty, fresh, due (usable, a refresh is due), expired. */
  readonly token_state: string
  /** Seconds that the token is still good for; null: there is none. */
  readonly expires_in: number | null
  /** Seconds until the issuer may be asked again; null: at once. */
  readonly retry_in: number | null
  /** Of the last acquisition; null after a success. */
  readonly last_error: ErrorJson | null
  readonly circuit_breaker: string
  /** Set where the server refuses what the issuer considers good (roles, audience). */
  readonly refused_by_server: ErrorJson | null
  /** What Orthanc knows of it. */
  readonly registration: { readonly state: string; readonly error: ErrorJson | null }
}

export function serverView(
  { options, authorizer }: BridgedServer,
  registration: RegistrationStatus | undefined,
  clock: Clock,
): ServerView {
  const { state, expiresAt, retryIn, lastError, breaker } = authorizer.credentials.status
  const endpoint = options.tokenEndpoint ?? options.issuer ?? options.realmUrl
  return {
    name: options.name,
    url: options.url,
    provider: options.provider,
    token_endpoint: endpoint === undefined ? null : shownUrl(endpoint),
    has_cached_token: state !== 'empty' && state !== 'disposed',
    token_valid: isUsable(state),
    token_state: state,
    expires_in: expiresAt === undefined || !isUsable(state) ? null : secondsUntil(expiresAt, clock),
    retry_in: retryIn === undefined ? null : Math.ceil(retryIn / 1_000),
    last_error: lastError?.toJSON() ?? null,
    circuit_breaker: breaker,
    refused_by_server: authorizer.refusal?.toJSON() ?? null,
    registration: {
      state: registration?.state ?? 'none',
      error: registration && 'error' in registration ? (registration.error?.toJSON() ?? null) : null,
    },
  }
}

/** Of a TokenStatus: whether a request can be authorised without waiting. */
export function isUsable(state: string): boolean {
  return state === 'fresh' || state === 'due'
}

/** Whole seconds, never below 0. @param wall milliseconds since the epoch */
export function secondsUntil(wall: number, clock: Clock): number {
  return Math.max(0, Math.floor((wall - clock.now()) / 1_000))
}
