import { inspect } from 'node:util'
import { type AcquireRequest, OrthancOAuthError, systemClock, type TokenProvider } from '@orthanc-oauth/core'

/** What a manager asks a provider with, by the clocks of this process and never aborted unless told otherwise. */
export function acquireRequest(more: Partial<AcquireRequest> = {}): AcquireRequest {
  return { signal: new AbortController().signal, clock: systemClock, ...more }
}

/** The error of an acquisition that must fail. @throws where it succeeds, or fails with an error that is not ours */
export async function failureOf(provider: TokenProvider, more?: Partial<AcquireRequest>): Promise<OrthancOAuthError> {
  const error: unknown = await provider.acquire(acquireRequest(more)).then(
    () => new Error('A token was given'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof OrthancOAuthError) return error
  throw new Error(`Not an OrthancOAuthError: ${inspect(error)}`)
}
