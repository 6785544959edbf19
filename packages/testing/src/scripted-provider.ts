import {
  AccessToken,
  type AcquireRequest,
  instantOf,
  OrthancOAuthError,
  sleep,
  type TokenProvider,
} from '@orthanc-oauth/core'

/** One call's behaviour. `call`: 1 for the first. */
export type Step = (request: AcquireRequest, call: number) => Promise<AccessToken>

export interface ScriptedProvider extends TokenProvider {
  /** One for each call so far. */
  readonly requests: readonly AcquireRequest[]
  /** What the next calls do. */
  script(...steps: readonly Step[]): void
}

/** A provider that does one step a call, the last one again and again. */
export function scriptedProvider(...steps: readonly Step[]): ScriptedProvider {
  const requests: AcquireRequest[] = []
  let left = [...steps]
  return {
    name: 'scripted',
    cacheKey: 'scripted',
    requests,
    script(...next) {
      left = [...next]
    },
    async acquire(request) {
      requests.push(request)
      const step = left.length > 1 ? left.shift() : left[0]
      if (step === undefined) throw new Error('The script has no step')
      return step(request, requests.length)
    },
  }
}

export interface Given {
  /** Milliseconds. Default 300,000. */
  readonly lifetime?: number
  /** Default `token-N`, by the call. */
  readonly value?: string
  /** Milliseconds until the answer. Default 0. */
  readonly delay?: number
  /** Milliseconds that it has spent in some cache. Default 0. */
  readonly age?: number
  /** Milliseconds. */
  readonly refreshIn?: number
  /** Default Bearer. */
  readonly type?: 'Bearer' | 'DPoP'
}

/** Answers with a token. */
export function gives({ lifetime = 300_000, value, delay = 0, age = 0, refreshIn, type }: Given = {}): Step {
  return async ({ clock, signal }, call) => {
    const { wall, monotonic } = instantOf(clock)
    if (delay > 0) await sleep(clock, delay, signal)
    return new AccessToken({
      value: value ?? `token-${call}`,
      type,
      sent: { wall: wall - age, monotonic: monotonic - age },
      lifetime,
      refreshIn,
    })
  }
}

/** Fails, after a delay in milliseconds. */
export function fails(error: unknown, delay = 0): Step {
  return async ({ clock, signal }) => {
    if (delay > 0) await sleep(clock, delay, signal)
    throw error
  }
}

/** Never answers, whatever its signal says: google-auth-library and msal do so. */
export function hangs(): Step {
  return () => new Promise(() => undefined)
}

/** A 503, or a 429 with its Retry-After in milliseconds. */
export function busyIssuer(retryAfter?: number): OrthancOAuthError {
  return new OrthancOAuthError('AUTH-003', 'The issuer is busy', { retryable: true, retryAfter })
}

/** invalid_client (RFC 6749, section 5.2). */
export function refusedClient(): OrthancOAuthError {
  return new OrthancOAuthError('AUTH-001', 'The issuer refused the client')
}
