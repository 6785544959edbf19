import {
  AccessToken,
  type AccessTokenInit,
  type AcquireRequest,
  instantOf,
  issuedLifetime,
  OrthancOAuthError,
} from '@orthanc-oauth/core'
import type { IssuerConnection } from '@orthanc-oauth/egress'
import { endpointName } from '@orthanc-oauth/egress'
import type * as OAuth from 'oauth4webapi'
import { refusal } from '../answer/refusal.ts'
import { ASSERTION_BACKDATING } from '../client-authentication/client-authentication.ts'
import type { TokenServer } from '../discovery/discovery.ts'
import type { Settings } from '../options/settings.ts'
import { readTokenAnswer } from './token-answer.ts'

/** What a token request takes, read and opened for this one. */
export interface TokenRequestParts {
  readonly oauth: typeof OAuth
  readonly connection: IssuerConnection
  readonly server: TokenServer
  readonly authentication: OAuth.ClientAuth
  readonly settings: Settings
}

export interface TokenWithTerms {
  readonly token: AccessToken
  /** What its issuer left unsaid. */
  readonly warning: string | undefined
}

/** One request to the token endpoint. @throws OrthancOAuthError of the connection, the issuer's refusal or its answer */
export async function requestToken(
  { oauth, connection, server, authentication, settings }: TokenRequestParts,
  { clock, claims }: AcquireRequest,
): Promise<TokenWithTerms> {
  const endpoint = endpointName(new URL(server.token_endpoint))
  const client = { client_id: settings.clientId, [oauth.clockSkew]: -ASSERTION_BACKDATING }
  const parameters = parametersOf(settings, claims)
  const sent = instantOf(clock)
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, {
    [oauth.allowInsecureRequests]: true, // http is allowed or refused by checkedUrl
    [oauth.customFetch]: (url, { method, headers, body }) =>
      connection.exchange(new URL(url), { method, headers, body }),
  })
  if (response.status !== 200) throw await refusal(response, endpoint)
  const { value, expiresIn } = await readTokenAnswer(oauth, [server, client], response, endpoint)
  const { lifetime, stated } = issuedLifetime(expiresIn, value, endpoint)
  return {
    token: tokenOf({ value, sent, lifetime }, endpoint),
    warning: stated ? undefined : `${endpoint} does not say how long its tokens live: ${lifetime / 1000} s are assumed`,
  }
}

/** @throws OrthancOAuthError TOK-005, which names the endpoint, for what no header field can carry */
function tokenOf(init: AccessTokenInit, endpoint: string): AccessToken {
  try {
    return new AccessToken(init)
  } catch (cause) {
    const what = 'is a token that no header field can carry'
    throw new OrthancOAuthError('TOK-005', `What ${endpoint} answered ${what}`, { cause, details: { endpoint } })
  }
}

function parametersOf({ parameters }: Settings, claims: string | undefined): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of parameters) form.append(name, value)
  if (claims !== undefined) form.set('claims', claims)
  return form
}
