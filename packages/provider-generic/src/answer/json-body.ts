import { OrthancOAuthError } from '@orthanc-oauth/core'

/**
 * The object in a 200.
 *
 * @throws OrthancOAuthError NET-002 (retryable) where it is empty or cut off, TOK-005 where it is no JSON; of V8's
 * complaint, which quotes the body, nothing but its name is kept
 */
export async function jsonBody(response: Response, endpoint: string): Promise<Record<string, unknown>> {
  const text = (await response.text()).trim()
  const details = { endpoint }
  if (text === '') throw new OrthancOAuthError('NET-002', `${endpoint} answered nothing`, { details, retryable: true })
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch (cause) {
    if (text.startsWith('{'))
      throw new OrthancOAuthError('NET-002', `What ${endpoint} answered is cut off`, {
        cause,
        details,
        retryable: true,
      })
    const what = text.startsWith('<') ? 'an HTML page' : 'no JSON'
    throw new OrthancOAuthError('TOK-005', `What ${endpoint} answered is ${what}`, { cause, details })
  }
}
