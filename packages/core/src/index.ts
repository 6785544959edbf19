export { authorizedFetch } from './authorizer/authorized-fetch.ts'
export { bearerAuthorizer } from './authorizer/bearer-authorizer.ts'
export { dpopAuthorizer } from './authorizer/dpop-authorizer.ts'
export type { AnswerHead, RequestHead } from './authorizer/heads.ts'
export type { Authorization, RequestAuthorizer } from './authorizer/request-authorizer.ts'
export type { AuthorizerTarget } from './authorizer/target.ts'
export { tokenAuthorizer } from './authorizer/token-authorizer.ts'
export { type BreakerPolicy, type BreakerState, defaultBreakerPolicy } from './breaker/breaker-policy.ts'
export { type BreakerProvider, type WithBreakerOptions, withBreaker } from './breaker/with-breaker.ts'
export { type Clock, type Instant, instantOf } from './clock/clock.ts'
export { sleep } from './clock/sleep.ts'
export { systemClock } from './clock/system-clock.ts'
export {
  type ErrorCategory,
  type ErrorCode,
  type ErrorCodeEntry,
  type ErrorSeverity,
  errorCodes,
} from './errors/error-codes.ts'
export {
  type ErrorJson,
  isRetryable,
  OrthancOAuthError,
  type OrthancOAuthErrorOptions,
  retryAfterOf,
} from './errors/orthanc-oauth-error.ts'
export { oauthErrorCode, sanitizeCause } from './errors/sanitize-cause.ts'
export type { GetTokenOptions, ManagerOptions } from './manager/manager-options.ts'
export { TokenManager } from './manager/token-manager.ts'
export { TokenManagers } from './manager/token-managers.ts'
export type { TokenEvents, TokenStatus } from './manager/token-status.ts'
export type { TlsIdentity, TokenBinding } from './provider/token-binding.ts'
export type { AcquireRequest, TokenProvider } from './provider/token-provider.ts'
export { retryAfterFrom } from './retry/retry-after.ts'
export { defaultRetryPolicy, type RetryPolicy } from './retry/retry-policy.ts'
export { type FailedAttempt, type WithRetryOptions, withRetry } from './retry/with-retry.ts'
export { Secret } from './secret/secret.ts'
export { readSecret, type SecretSource, secretSourceKey } from './secret/secret-source.ts'
export { AccessToken, type AccessTokenInit } from './token/access-token.ts'
export type { Expiring } from './token/expiring.ts'
export { issuedLifetime } from './token/issued-lifetime.ts'
