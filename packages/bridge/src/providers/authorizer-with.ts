import type { EventEmitter } from 'node:events'
import {
  type Clock,
  OrthancOAuthError,
  type RequestAuthorizer,
  type TokenProvider,
  tokenAuthorizer,
} from '@orthanc-oauth/core'
import type { AuthorizerContext, ServerOptions, Verification } from '@orthanc-oauth/orthanc'
import { egressOf } from './egress-of.ts'
import type { ProviderEvents } from './provider-events.ts'

/**
 * The authorizer of a server whose tokens a provider gives, as the server's configuration wants them kept, verified and
 * used. What the provider reads of files is read once now, for an error at the start rather than at the first request.
 *
 * @throws OrthancOAuthError of the category CONFIGURATION
 */
export async function authorizerWith(
  provider: TokenProvider,
  server: ServerOptions,
  { managers, clock }: AuthorizerContext,
  events: EventEmitter<ProviderEvents>,
): Promise<RequestAuthorizer> {
  const { url, retry, breaker, refreshBuffer, verification, allowInsecureHttp } = server
  await provider.check?.()
  const verified = verification ? await withVerification(provider, verification, server, clock, events) : provider
  const manager = managers.for(verified, { retry, breaker, refreshBuffer, clock })
  return tokenAuthorizer(manager, { origin: new URL(url).origin, allowInsecureHttp })
}

async function withVerification(
  provider: TokenProvider,
  verification: Verification,
  server: ServerOptions,
  clock: Clock,
  events: EventEmitter<ProviderEvents>,
): Promise<TokenProvider> {
  const jwt = await import('@orthanc-oauth/jwt').catch((cause: unknown) => {
    throw new OrthancOAuthError('CFG-103', 'Tokens are to be verified, and the package for that is not installed', {
      cause,
      details: { option: verification.publicKey === undefined ? 'jwksUri' : 'publicKey' },
      troubleshooting: ['Install @orthanc-oauth/jwt beside @orthanc-oauth/bridge.'],
    })
  })
  return jwt.withVerification(
    provider,
    {
      ...verification,
      egress: egressOf(server),
      allowInsecureHttp: server.allowInsecureHttp,
      onStaleKeys: () => events.emit('staleKeys', { server: server.name }),
    },
    { clock },
  )
}
