import { type ManagerOptions, OrthancOAuthError, Secret, TokenManager, type TokenProvider } from '@orthanc-oauth/core'
import { type GenericProviderOptions, genericProvider } from '@orthanc-oauth/provider-generic'
import { type FakeClock, type FaultServer, fakeClock, startFaultServer } from '@orthanc-oauth/testing'

export interface TokenWorldOptions {
  readonly provider?: Partial<GenericProviderOptions>
  readonly manager?: ManagerOptions
  /** URL of an issuer that the token endpoint passes requests to. Default: it answers by itself. */
  readonly target?: string
}

/** A manager whose issuer is a fault server, over a real socket, by a clock that stands still until it is moved. */
export interface TokenWorld extends AsyncDisposable {
  readonly endpoint: FaultServer
  readonly clock: FakeClock
  readonly provider: TokenProvider
  readonly manager: TokenManager
  /** What the provider warned of. */
  readonly warnings: readonly string[]
  /** Milliseconds between the attempts of acquisitions. The clock moves over them by itself. */
  readonly delays: readonly number[]
  /** Requests that have arrived at the token endpoint. */
  readonly calls: number
  /** Requests begun, also those that are still on their way. */
  readonly attempts: number
  /** What the next token request fails with. @throws where it does not fail */
  failure(): Promise<OrthancOAuthError>
}

export const CLIENT_SECRET = 'the-secret-of-the-client'

export async function tokenWorld({ provider, manager: options, target }: TokenWorldOptions = {}): Promise<TokenWorld> {
  const endpoint = await startFaultServer(target === undefined ? {} : { target })
  const clock = fakeClock()
  const warnings: string[] = []
  const delays: number[] = []
  let attempts = 0
  const generic = genericProvider({
    tokenEndpoint: `${endpoint.url}/token`,
    clientId: 'orthanc',
    clientSecret: new Secret(CLIENT_SECRET),
    onWarning: (message) => warnings.push(message),
    ...provider,
  })
  const counted: TokenProvider = {
    ...generic,
    acquire(request) {
      attempts += 1
      return generic.acquire(request)
    },
  }
  const manager = new TokenManager(counted, { clock, ...options })
  manager.events.on('retry', ({ delay }) => {
    delays.push(delay)
    void clock.advance(delay)
  })
  return {
    endpoint,
    clock,
    provider: counted,
    manager,
    warnings,
    delays,
    get calls() {
      return endpoint.requests.length
    },
    get attempts() {
      return attempts
    },
    failure: () => failureOf(manager.getToken()),
    async [Symbol.asyncDispose]() {
      await manager[Symbol.asyncDispose]()
      await endpoint[Symbol.asyncDispose]()
    },
  }
}

/** @throws where nothing fails, or with anything that is not our error */
export async function failureOf(promise: Promise<unknown>): Promise<OrthancOAuthError> {
  const error = await promise.then(
    () => new Error('It did not fail'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof OrthancOAuthError) return error
  throw error
}
