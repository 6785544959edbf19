import { type AcquireRequest, OrthancOAuthError } from '@orthanc-oauth/core'
import { openIssuerConnection } from '@orthanc-oauth/egress'
import * as oauth from 'oauth4webapi'
import { clientAuthentication } from './client-authentication/client-authentication.ts'
import type { Discovery } from './discovery/discovery.ts'
import type { EndpointProofs } from './dpop/endpoint-proofs.ts'
import { namingIssuer } from './options/naming-issuer.ts'
import type { Settings } from './options/settings.ts'
import { requestToken, type TokenWithTerms } from './token/request-token.ts'

/** What a provider keeps between acquisitions; no token. */
export interface Kept {
  readonly settings: Settings
  readonly discovery: Discovery
  readonly dpop: EndpointProofs | undefined
}

/** One token request, or two where the issuer asks for a nonce, on a connection of its own. */
export async function acquire({ settings, discovery, dpop }: Kept, request: AcquireRequest): Promise<TokenWithTerms> {
  const authentication = await namingIssuer(settings, () => clientAuthentication(oauth, settings.credentials, request))
  const connection = await namingIssuer(settings, () => openIssuerConnection(settings.egress, request))
  try {
    const server = await discovery.find(oauth, connection, request.clock)
    return await requestToken({ oauth, connection, server, authentication, settings, dpop }, request)
  } catch (error) {
    if (error instanceof OrthancOAuthError && error.code === 'TOK-005') discovery.forget()
    if (error instanceof OrthancOAuthError && error.category === 'NETWORK') discovery.doubt()
    throw error
  } finally {
    await connection.close()
  }
}
