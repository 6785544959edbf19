import { fakeClock, type Step, scriptedProvider } from '@orthanc-oauth/testing'
import type { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { ManagerOptions } from './manager-options.ts'
import { TokenManager } from './token-manager.ts'

/** A manager without retries, draws or a real clock, of a provider that does one step a call, the last one again and again. */
export function managed(steps: readonly Step[], options: ManagerOptions = {}) {
  const clock = fakeClock()
  const provider = scriptedProvider(...steps)
  const manager = new TokenManager(provider, { clock, random: () => 0, retry: false, ...options })
  /** What getToken() rejects with; undefined where it does not. */
  const failure = () =>
    manager.getToken().then(
      () => undefined,
      (error: OrthancOAuthError) => error,
    )
  return { clock, provider, manager, failure }
}
