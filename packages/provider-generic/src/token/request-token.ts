import {
  AccessToken,
  type AccessTokenInit,
  type AcquireRequest,
  type Instant,
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
import type { EndpointProofs } from '../dpop/endpoint-proofs.ts'
import { asksForNonce } from '../dpop/nonce-challenge.ts'
import type { Settings } from '../options/settings.ts'
import { readTokenAnswer } from './token-answer.ts'

/** What a token request takes, read and opened for this one. */
export interface TokenRequestParts {
  readonly oauth: typeof OAuth
  readonly connection: IssuerConnection
  readonly server: TokenServer
  readonly authentication: OAuth.ClientAuth
  readonly settings: Settings
  /** Where tokens are to be bound to a key. */
  readonly dpop: EndpointProofs | undefined
}

export interface TokenWithTerms {
  readonly token: AccessToken
  /** What its issuer left unsaid. */
  readonly warning: string | undefined
}

/**
 * One request to the token endpoint, two where it asks for a nonce (RFC 9449, section 8).
 *
 * @throws OrthancOAuthError of the connection, the issuer's refusal or its answer
 */
export async function requestToken(parts: TokenRequestParts, request: AcquireRequest): Promise<TokenWithTerms> {
  const { oauth, server, settings, dpop } = parts
  const endpoint = endpointName(new URL(server.token_endpoint))
  let attempt = await send(parts, request)
  if (dpop !== undefined && (await asksForNonce(attempt.response))) attempt = await send(parts, request)
  const { sent, response } = attempt
  if (response.status !== 200) throw await refusal(response, endpoint)
  const client = { client_id: settings.clientId }
  const { value, type, expiresIn } = await readTokenAnswer(oauth, [server, client], response, endpoint)
  if ((type === 'DPoP') !== settings.dpop) throw wrongType(type, endpoint)
  const { lifetime, stated } = issuedLifetime(expiresIn, value, endpoint)
  return {
    token: tokenOf({ value, type, sent, lifetime }, endpoint),
    warning: stated ? undefined : `${endpoint} does not say how long its tokens live: ${lifetime / 1000} s are assumed`,
  }
}

async function send(
  { oauth, connection, server, authentication, settings, dpop }: TokenRequestParts,
  { clock, claims }: AcquireRequest,
): Promise<{ readonly sent: Instant; readonly response: Response }> {
  const client = { client_id: settings.clientId, [oauth.clockSkew]: -ASSERTION_BACKDATING }
  const proof = await dpop?.proof(server.token_endpoint)
  const sent = instantOf(clock)
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    authentication,
    parametersOf(settings, claims),
    {
      [oauth.allowInsecureRequests]: true, // http is allowed or refused by checkedUrl
      [oauth.customFetch]: (url, { method, headers, body }) =>
        connection.exchange(new URL(url), { method, headers: { ...headers, ...(proof && { dpop: proof }) }, body }),
    },
  )
  dpop?.learn(response)
  return { sent, response }
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

/** A token that is bound to nothing could be used by whoever gets hold of it, which was not wanted. */
function wrongType(type: AccessToken['type'], endpoint: string): OrthancOAuthError {
  return type === 'Bearer'
    ? new OrthancOAuthError(
        'TOK-005',
        `${endpoint} gives tokens that are not bound to a key, though DPoP is asked for`,
        {
          details: { endpoint },
          troubleshooting: [
            'Switch on DPoP (RFC 9449) for this client at the issuer, or switch it off for this server.',
          ],
        },
      )
    : new OrthancOAuthError(
        'TOK-005',
        `${endpoint} gives tokens that are bound to a key, though DPoP is not asked for`,
        {
          details: { endpoint },
          troubleshooting: ['Switch on DPoP for this server, or switch it off for this client at the issuer.'],
        },
      )
}
