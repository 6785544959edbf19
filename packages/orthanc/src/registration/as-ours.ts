import { OrthancOAuthError } from '@orthanc-oauth/core'

/** What an OrthancApi throws is ours already; anything else is a defect. */
export function asOurs(error: unknown): OrthancOAuthError {
  if (error instanceof OrthancOAuthError) return error
  return new OrthancOAuthError('INT-001', 'Registering with Orthanc failed in an unforeseen way', { cause: error })
}
