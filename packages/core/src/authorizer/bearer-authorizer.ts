import type { TokenManager } from '../manager/token-manager.ts'
import type { RequestAuthorizer } from './request-authorizer.ts'

export declare function bearerAuthorizer(manager: TokenManager, target: { readonly origin: string }): RequestAuthorizer
