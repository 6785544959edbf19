import { OrthancOAuthError, oauthErrorCode, retryAfterFrom } from '@orthanc-oauth/core'
import { oauthErrorMeanings } from './oauth-error-meanings.ts'

/**
 * The error of an answer that is no success. A busy issuer is told by its status alone, whatever its body; of the body
 * nothing but a registered `error` code is kept.
 */
export async function refusal(response: Response, endpoint: string): Promise<OrthancOAuthError> {
  const { status } = response
  if (status === 429 || status >= 500) return busy(response, endpoint)
  const oauthError = oauthErrorIn(await response.text())
  if (oauthError === undefined && status !== 401) return notTheTokenEndpoint(status, endpoint)
  const error = oauthError?.registered ?? (status === 401 ? 'invalid_client' : undefined)
  const details = { endpoint, status, ...(error !== undefined && { error }) }
  const meaning = oauthErrorMeanings[error ?? '']
  if (meaning === undefined)
    return new OrthancOAuthError('TOK-001', `${endpoint} refused the request (HTTP ${status})`, { details })
  const { code, says, troubleshooting, retryable } = meaning
  return new OrthancOAuthError(code, `${endpoint} ${says} (${error})`, { details, troubleshooting, retryable })
}

/** 429 or 5xx: it may well answer later. */
export function busy(response: Response, endpoint: string): OrthancOAuthError {
  const { status } = response
  const says = status === 429 ? 'has had too many requests' : 'failed'
  return new OrthancOAuthError('AUTH-003', `${endpoint} ${says} (HTTP ${status})`, {
    details: { endpoint, status },
    retryable: true,
    retryAfter: retryAfterFrom(response.headers),
  })
}

function notTheTokenEndpoint(status: number, endpoint: string): OrthancOAuthError {
  const redirects = status >= 300 && status < 400
  return new OrthancOAuthError(
    'TOK-005',
    redirects
      ? `${endpoint} redirects (HTTP ${status}); the secret is not sent after it`
      : `${endpoint} answered HTTP ${status} without an OAuth error`,
    {
      details: { endpoint, status },
      ...(redirects && { troubleshooting: ['Configure the address that it leads to, if that is the issuer.'] }),
    },
  )
}

/** Whether the body is an OAuth error (RFC 6749, section 5.2), and which one, if it is registered. */
function oauthErrorIn(text: string): { readonly registered: string | undefined } | undefined {
  try {
    const error: unknown = (JSON.parse(text) as { error?: unknown } | null)?.error
    return typeof error === 'string' ? { registered: oauthErrorCode(error) } : undefined
  } catch {
    return undefined
  }
}
