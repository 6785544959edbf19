import { generateKeyPair } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'
import { Provider } from 'oidc-provider'
import { type DpopRequirement, type IssuerState, providerConfiguration } from './provider-configuration.ts'
import { type TestClients, testClients } from './test-clients.ts'

export interface IssuerOptions {
  /** Of access tokens, in milliseconds, whole seconds. Default 300,000: what Keycloak gives. */
  readonly tokenLifetime?: number
  /** What tokens may be asked for by `resource` or `audience`, the default first. */
  readonly audiences?: readonly [string, ...string[]]
  /** https, with this certificate. Default: http. */
  readonly tls?: KeyAndCertificate
  /** Whether tokens can be bound to a key (RFC 9449), and must be. Default: not. */
  readonly dpop?: DpopRequirement
  /** PEM of the CA of client certificates, to which all tokens are bound (RFC 8705). Needs `tls`. Default: no such thing. */
  readonly clientCa?: string
}

/** One request that the issuer answered. */
export interface IssuerRequest {
  /** Wall milliseconds since the epoch, when it arrived. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  /** As far as the issuer found out who asked. */
  readonly clientId: string | undefined
  /** Of the body, at the token endpoint. Holds what the client sent, a secret included. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** The access token it gave. */
  readonly token: string | undefined
}

/** A real authorization server (oidc-provider) on 127.0.0.1. */
export interface Issuer extends AsyncDisposable {
  /** The issuer identifier; metadata at both well-known paths (OpenID Connect Discovery, RFC 8414). */
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  /** Of tokens that were asked for without `resource` or `audience`. */
  readonly audience: string
  /** Assign a `clientSecret` to rotate it. */
  readonly clients: TestClients
  /** All of them, in the order of their answers. */
  readonly requests: readonly IssuerRequest[]
  /** Those to the token endpoint. */
  readonly tokenRequests: readonly IssuerRequest[]
  /** Milliseconds; counts from the next token on. */
  tokenLifetime: number
  /** Killed: every connection is cut, the port refuses. */
  stop(): Promise<void>
  /** On the same port, with the same keys: tokens given before stay valid. */
  start(): Promise<void>
}

const DEFAULT_LIFETIME = 300_000
const DEFAULT_AUDIENCES = ['https://pacs.example/dicom-web'] as const
const HOST = '127.0.0.1'

export async function startIssuer({
  tokenLifetime = DEFAULT_LIFETIME,
  audiences = DEFAULT_AUDIENCES,
  tls,
  dpop,
  clientCa,
}: IssuerOptions = {}): Promise<Issuer> {
  const [clients, { privateKey: signingKey }] = await Promise.all([
    testClients(),
    promisify(generateKeyPair)('rsa', { modulusLength: 2048 }),
  ])
  const requests: IssuerRequest[] = []
  let lifetime = tokenLifetime
  const state = {
    clients,
    signingKey,
    audiences,
    dpop,
    mutualTls: clientCa !== undefined,
    lifetime: () => lifetime / 1000,
  }

  let server = await listen(0, tls, clientCa)
  const { port } = server.address() as AddressInfo
  const issuer = `${tls === undefined ? 'http' : 'https'}://${HOST}:${port}`
  const answer = requestListener(issuer, state, requests)
  server.on('request', answer)

  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  return {
    issuer,
    tokenEndpoint: `${issuer}/token`,
    jwksUri: `${issuer}/jwks`,
    audience: audiences[0],
    clients,
    requests,
    get tokenRequests() {
      return requests.filter(({ path }) => path === '/token')
    },
    get tokenLifetime() {
      return lifetime
    },
    set tokenLifetime(milliseconds) {
      lifetime = milliseconds
    },
    stop,
    async start() {
      if (server.listening) return
      server = await listen(port, tls, clientCa)
      server.on('request', answer)
    },
    [Symbol.asyncDispose]: stop,
  }
}

function requestListener(issuer: string, state: IssuerState, requests: IssuerRequest[]): RequestListener {
  const provider = new Provider(issuer, providerConfiguration(state))
  provider.silent = true // Koa's own switch: a client that hangs up is not an error worth printing
  provider.use(async (ctx, next) => {
    const at = Date.now()
    await next()
    const { client, body } =
      (ctx as { oidc?: { client?: { clientId: string }; body?: Record<string, unknown> } }).oidc ?? {}
    requests.push({
      at,
      method: ctx.method,
      path: ctx.path,
      status: ctx.status,
      clientId: client?.clientId,
      parameters: { ...body },
      token: (ctx.body as { access_token?: string } | null)?.access_token,
    })
  })
  return provider.callback()
}

async function listen(port: number, tls: KeyAndCertificate | undefined, clientCa: string | undefined): Promise<Server> {
  const server =
    tls === undefined
      ? createHttpServer()
      : createHttpsServer({
          key: tls.key,
          cert: tls.certificate,
          ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
        })
  server.listen(port, HOST)
  await once(server, 'listening')
  return server
}
