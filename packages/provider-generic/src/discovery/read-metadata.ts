import { OrthancOAuthError } from '@orthanc-oauth/core'
import type * as OAuth from 'oauth4webapi'
import { jsonBody } from '../answer/json-body.ts'
import { busy, isBusy, isRedirect } from '../answer/refusal.ts'

/**
 * The metadata in an answer; undefined where there is none at this path.
 *
 * @throws OrthancOAuthError AUTH-003 (retryable) from a busy issuer, CFG-002 where the metadata is of another issuer
 * (RFC 8414, section 3.3), TOK-005 where the answer is no metadata
 */
export async function readMetadata(
  oauth: typeof OAuth,
  issuer: URL,
  response: Response,
): Promise<OAuth.AuthorizationServer | undefined> {
  const { status } = response
  const details = { issuer: issuer.href, status }
  if (isBusy(response)) throw busy(response, issuer.href)
  if (status >= 400) return undefined
  if (status !== 200)
    throw new OrthancOAuthError('TOK-005', `${issuer.href} answered HTTP ${status} in the place of its metadata`, {
      details,
      troubleshooting: [
        isRedirect(response)
          ? 'Configure the issuer by the address that this one leads to, or configure TokenEndpoint.'
          : 'Check the issuer, or configure TokenEndpoint.',
      ],
    })
  const body = Response.json(await jsonBody(response, issuer.href))
  return oauth.processDiscoveryResponse(issuer, body).catch((cause: unknown) => {
    if ((cause as { code?: unknown }).code === oauth.JSON_ATTRIBUTE_COMPARISON)
      throw new OrthancOAuthError('CFG-002', `The metadata at ${issuer.href} is of another issuer`, {
        cause,
        details: { option: 'issuer', ...details },
        troubleshooting: [
          "Configure the issuer exactly as its metadata's `issuer` has it, or configure TokenEndpoint.",
        ],
      })
    throw new OrthancOAuthError('TOK-005', `What ${issuer.href} answered is no metadata`, {
      cause,
      details,
      troubleshooting: ['Check the issuer, or configure TokenEndpoint.'],
    })
  })
}
