import type { TokenManager } from '../manager/token-manager.ts'
import { bearerAuthorizer } from './bearer-authorizer.ts'
import { dpopAuthorizer } from './dpop-authorizer.ts'
import type { RequestAuthorizer } from './request-authorizer.ts'
import type { AuthorizerTarget } from './target.ts'

/** As the tokens of the manager are bound: to a key (dpopAuthorizer), else as a bearer. @throws OrthancOAuthError as these do */
export function tokenAuthorizer(manager: TokenManager, target: AuthorizerTarget): RequestAuthorizer {
  return manager.binding?.proof === undefined ? bearerAuthorizer(manager, target) : dpopAuthorizer(manager, target)
}
