import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'

/** Somebody asked, or still waited, when the manager was disposed. */
export function disposedError(provider: string): OrthancOAuthError {
  return new OrthancOAuthError('INT-001', `The token manager of ${provider} has been disposed`, {
    troubleshooting: ['Nothing, if the process was stopping; else make no call after the manager was disposed.'],
  })
}

/** A caller's time is over. */
export function lateError(provider: string, seconds: number, last: OrthancOAuthError | undefined): OrthancOAuthError {
  return new OrthancOAuthError('NET-001', `${provider} gave no token within ${seconds} s`, {
    cause: last,
    retryable: true,
    retryAfter: last?.retryAfter,
  })
}

/** The issuer gave again what a server has just refused. */
export function refusedAgainError(provider: string): OrthancOAuthError {
  return new OrthancOAuthError('TOK-006', `${provider} gave again the token that the server had just refused`)
}

/** It took longer than the token lives, or somebody set the clock meanwhile. */
export function unusableOnArrivalError(provider: string, lifetime: number): OrthancOAuthError {
  return new OrthancOAuthError('TOK-002', `The token of ${provider} was past its end when it arrived`, {
    details: { lifetimeSeconds: lifetime / 1_000 },
    retryable: true,
  })
}

/** A provider broke its contract. */
export function lifetimeError(provider: string): OrthancOAuthError {
  return new OrthancOAuthError('TOK-005', `The token of ${provider} has a lifetime that is not a number above 0`)
}

/** A provider broke its contract. */
export function sentError(provider: string): OrthancOAuthError {
  return new OrthancOAuthError('TOK-005', `The token of ${provider} says that it was asked for in the future`, {
    troubleshooting: ['A provider takes `sent` by the clock of its request, right before the call leaves.'],
  })
}

/** Whatever a provider threw, as an error of ours. */
export function oursOf(error: unknown, provider: string): OrthancOAuthError {
  if (error instanceof OrthancOAuthError) return error
  return new OrthancOAuthError('INT-001', `${provider} failed with an error that is not an OrthancOAuthError`, {
    cause: error,
  })
}
