import type { EventEmitter } from 'node:events'
import type { BreakerPolicy } from '../breaker/breaker-policy.ts'
import type { Clock } from '../clock/clock.ts'
import type { TokenProvider } from '../provider/token-provider.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Expiring } from '../token/expiring.ts'
import type { TokenEvents, TokenStatus } from './token-status.ts'

export interface ManagerOptions {
  /** Default: three attempts, 1 s doubling, at most 30 s. false: one attempt. */
  readonly retry?: RetryPolicy | false
  /** Default false: none. */
  readonly breaker?: BreakerPolicy | false
  /** Default: the clocks of this process. */
  readonly clock?: Clock
  /** A draw from [0, 1). Default Math.random. */
  readonly random?: () => number
  /** Milliseconds before the end of usability from which a refresh is due; default 300,000, capped by the lifetime. */
  readonly refreshBuffer?: number
}

export interface GetTokenOptions<C extends Expiring> {
  readonly signal?: AbortSignal | undefined
  readonly after?: C | undefined
  readonly claims?: string | undefined
}

export declare class TokenManager<C extends Expiring = AccessToken> implements AsyncDisposable {
  constructor(provider: TokenProvider<C>, options?: ManagerOptions)
  getToken(options?: GetTokenOptions<C>): Promise<C>
  peek(): C | undefined
  refresh(options?: { signal?: AbortSignal | undefined }): Promise<C>
  start(): Promise<void>
  get events(): EventEmitter<TokenEvents>
  get status(): TokenStatus
  [Symbol.asyncDispose](): Promise<void>
}
