import type { Clock, RequestAuthorizer, TokenManagers } from '@orthanc-oauth/core'
import type { ServerOptions } from '../configuration/server-options.ts'

export interface AuthorizerContext {
  readonly managers: TokenManagers
  readonly clock: Clock
}

/** What a provider's module exports under this name: a server's options in, its authorizer out. */
export type CreateAuthorizer = (server: ServerOptions, context: AuthorizerContext) => Promise<RequestAuthorizer>

/** Imports by provider name, in lower case: an SDK that is not used is not loaded. */
export type ProviderRegistry = Readonly<Record<string, () => Promise<{ readonly createAuthorizer: CreateAuthorizer }>>>
