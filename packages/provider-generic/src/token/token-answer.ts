import { OrthancOAuthError } from '@orthanc-oauth/core'
import type * as OAuth from 'oauth4webapi'
import { jsonBody } from '../answer/json-body.ts'

/** As oauth4webapi gives them (RFC 6750, RFC 9449). */
const TYPES: Readonly<Record<string, TokenAnswer['type']>> = { bearer: 'Bearer', dpop: 'DPoP' }

export interface TokenAnswer {
  readonly value: string
  readonly type: 'Bearer' | 'DPoP'
  /** As it came: oauth4webapi would take "60 minutes" for 60. */
  readonly expiresIn: unknown
}

/**
 * The token out of a 200.
 *
 * @throws OrthancOAuthError NET-002 (retryable) for an answer that is empty or cut off, TOK-005 for one that is no
 * token answer (RFC 6749, section 5.1); nothing of it in either
 */
export async function readTokenAnswer(
  oauth: typeof OAuth,
  [server, client]: readonly [OAuth.AuthorizationServer, OAuth.Client],
  response: Response,
  endpoint: string,
): Promise<TokenAnswer> {
  // Keycloak adds an ID token for the scope openid. Nobody has logged in, so nobody looks at it.
  const { id_token: _, expires_in: expiresIn, ...body } = await jsonBody(response, endpoint)
  const answer = await oauth
    .processClientCredentialsResponse(server, client, Response.json(body))
    .catch((cause: unknown) => {
      throw invalid('is no token answer: access_token or token_type is missing or wrong', endpoint, cause)
    })
  const type = TYPES[answer.token_type]
  if (type === undefined) throw invalid('is a token of another type than Bearer and DPoP', endpoint)
  return { value: answer.access_token, type, expiresIn }
}

function invalid(what: string, endpoint: string, cause?: unknown): OrthancOAuthError {
  return new OrthancOAuthError('TOK-005', `What ${endpoint} answered ${what}`, { cause, details: { endpoint } })
}
