import { OrthancOAuthError, oauthErrorCode, retryAfterFrom } from '@orthanc-oauth/core'
import { meaningOf } from './oauth-error-meanings.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])

const BUSY: Readonly<Record<number, string>> = {
  408: 'had no time for the request',
  429: 'has had too many requests',
}

/**
 * The error of an answer that is no success. A busy issuer is told by its status alone, whatever its body; of the body
 * nothing but a registered `error` code is kept.
 */
export async function refusal(response: Response, endpoint: string): Promise<OrthancOAuthError> {
  const { status } = response
  if (isBusy(response)) return busy(response, endpoint)
  const oauthError = oauthErrorIn(await response.text())
  if (oauthError === undefined && status !== 401) return notTheTokenEndpoint(response, endpoint)
  const error = oauthError?.registered ?? (status === 401 ? 'invalid_client' : undefined)
  const options = {
    details: { endpoint, status, ...(error !== undefined && { error }) },
    retryAfter: retryAfterFrom(response.headers),
  }
  const meaning = meaningOf(error, status)
  if (meaning === undefined)
    return new OrthancOAuthError('TOK-001', `${endpoint} refused the request (HTTP ${status})`, options)
  const { code, says, troubleshooting, retryable } = meaning
  return new OrthancOAuthError(code, `${endpoint} ${says} (${error})`, { ...options, troubleshooting, retryable })
}

/** 408, 429 or 5xx: it may well answer later. */
export function isBusy({ status }: Response): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** 3xx that name another address (RFC 9110, section 15.4); 304, for one, does not. */
export function isRedirect({ status }: Response): boolean {
  return REDIRECTS.has(status)
}

export function busy(response: Response, endpoint: string): OrthancOAuthError {
  const { status } = response
  const says = BUSY[status] ?? 'failed'
  return new OrthancOAuthError('AUTH-003', `${endpoint} ${says} (HTTP ${status})`, {
    details: { endpoint, status },
    retryable: true,
    retryAfter: retryAfterFrom(response.headers),
  })
}

function notTheTokenEndpoint(response: Response, endpoint: string): OrthancOAuthError {
  const { status } = response
  const redirects = isRedirect(response)
  return new OrthancOAuthError(
    'TOK-005',
    redirects
      ? `${endpoint} redirects (HTTP ${status}); the secret is not sent after it`
      : `${endpoint} answered HTTP ${status} without an OAuth error`,
    {
      details: { endpoint, status },
      retryAfter: retryAfterFrom(response.headers),
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
