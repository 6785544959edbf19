import { OrthancOAuthError } from '@orthanc-oauth/core'
import { endpointName } from '@orthanc-oauth/egress/options'
import type { Settings } from './settings.ts'

/**
 * What `read` makes; where it fails, its error says for which issuer it was read. A file knows nothing of that, and a
 * process with several issuers would not tell whose secret is missing.
 */
export async function namingIssuer<T>(settings: Settings, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw error instanceof OrthancOAuthError ? withIssuer(error, settings) : error
  }
}

function withIssuer(error: OrthancOAuthError, { issuer, tokenEndpoint }: Settings): OrthancOAuthError {
  const { code, message, cause, troubleshooting, retryable, retryAfter } = error
  const where =
    tokenEndpoint === undefined
      ? { issuer: new URL(issuer ?? '').href }
      : { endpoint: endpointName(new URL(tokenEndpoint)) }
  const details = { ...where, ...error.details }
  return new OrthancOAuthError(code, message, { cause, details, troubleshooting, retryable, retryAfter })
}
