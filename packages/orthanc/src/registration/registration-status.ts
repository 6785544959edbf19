import type { OrthancOAuthError } from '@orthanc-oauth/core'

/** Where a server stands with Orthanc. */
export type RegistrationStatus =
  | { readonly state: 'registered' }
  /** Not yet, or not again: Orthanc does not answer, or is starting. */
  | { readonly state: 'waiting for Orthanc'; readonly error?: OrthancOAuthError }
  /** Gone from Orthanc while others of ours stayed, or gone again: it stays away. */
  | { readonly state: 'deleted by an administrator' }
  /** The name leads elsewhere now: it is left alone. */
  | { readonly state: 'replaced by an administrator' }
  | { readonly state: 'failed'; readonly error: OrthancOAuthError }
  /** Taken back at shutdown. */
  | { readonly state: 'removed' }

/** The same to whoever reads it. */
export function sameStatus(a: RegistrationStatus, b: RegistrationStatus): boolean {
  return a.state === b.state && errorOf(a)?.message === errorOf(b)?.message
}

function errorOf(status: RegistrationStatus): OrthancOAuthError | undefined {
  return 'error' in status ? status.error : undefined
}
