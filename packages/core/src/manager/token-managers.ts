import type { TokenProvider } from '../provider/token-provider.ts'
import type { Expiring } from '../token/expiring.ts'
import type { ManagerOptions, TokenManager } from './token-manager.ts'

export declare class TokenManagers implements AsyncDisposable {
  for<C extends Expiring>(provider: TokenProvider<C>, options?: ManagerOptions): TokenManager<C>
  [Symbol.asyncDispose](): Promise<void>
}
