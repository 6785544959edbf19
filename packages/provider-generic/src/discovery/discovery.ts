import { type Clock, isRetryable, OrthancOAuthError, retryAfterOf } from '@orthanc-oauth/core'
import type { IssuerConnection } from '@orthanc-oauth/egress'
import { checkedUrl } from '@orthanc-oauth/egress/options'
import type * as OAuth from 'oauth4webapi'
import type { Settings } from '../options/settings.ts'
import { readMetadata } from './read-metadata.ts'

/** Milliseconds. Metadata changes in years; an hour bounds how long a moved endpoint that still answers is used. */
const METADATA_LIFETIME = 3_600_000

/**
 * Milliseconds. While the metadata cannot be looked up again, what was found serves: tokens do not run out because of a
 * page that says what is known. Looking up at each acquisition would add to each the limits of a host that is silent.
 */
const LOOK_UP_PAUSE = 60_000

/** OpenID Connect Discovery first, because nearly every issuer has it; then RFC 8414. */
const ALGORITHMS = ['oidc', 'oauth2'] as const

/** What a token request needs of an issuer's metadata (RFC 8414, section 2). */
export interface TokenServer extends OAuth.AuthorizationServer {
  readonly token_endpoint: string
}

/** Where the token endpoint is: configured, or found at the issuer and remembered. */
export class Discovery {
  readonly #settings: Settings
  /** Where the issuer may be; the one that it was found at comes first. */
  #issuers: readonly string[]
  #found: { readonly server: TokenServer; readonly until: number } | undefined

  /** @param elsewhere issuer identifiers to look for where `settings.issuer` has no metadata */
  constructor(settings: Settings, elsewhere: readonly string[] = []) {
    this.#settings = settings
    this.#issuers = [settings.issuer ?? '', ...elsewhere]
  }

  /** @throws OrthancOAuthError of the connection, AUTH-003 (retryable), CFG-002, CFG-104 or TOK-005 */
  async find(oauth: typeof OAuth, connection: IssuerConnection, clock: Clock): Promise<TokenServer> {
    const { issuer, tokenEndpoint } = this.#settings
    // Assertions are for the issuer; where it is not known, for its token endpoint (RFC 7523, section 3).
    if (tokenEndpoint !== undefined) return { issuer: issuer ?? tokenEndpoint, token_endpoint: tokenEndpoint }
    const found = this.#found
    if (found !== undefined && clock.monotonic() < found.until) return found.server
    try {
      return this.#remember(await this.#ask(oauth, connection), clock, METADATA_LIFETIME)
    } catch (error) {
      if (found === undefined || !isRetryable(error)) throw error
      return this.#remember(found.server, clock, retryAfterOf(error) ?? LOOK_UP_PAUSE)
    }
  }

  /** What was found leads to something that is no token endpoint: it serves no more. */
  forget(): void {
    this.#found = undefined
  }

  /** What was found was not reached: the issuer is asked next time, and where it cannot say, what was found serves on. */
  doubt(): void {
    if (this.#found !== undefined) this.#found = { ...this.#found, until: Number.NEGATIVE_INFINITY }
  }

  #remember(server: TokenServer, clock: Clock, lifetime: number): TokenServer {
    this.#found = { server, until: clock.monotonic() + lifetime }
    return server
  }

  async #ask(oauth: typeof OAuth, connection: IssuerConnection): Promise<TokenServer> {
    for (const issuer of this.#issuers) {
      const server = await this.#metadataOf(new URL(issuer), oauth, connection)
      if (server === undefined) continue
      const checked = this.#checked(server, new URL(issuer))
      this.#issuers = [issuer, ...this.#issuers.filter((other) => other !== issuer)]
      return checked
    }
    const { href } = new URL(this.#settings.issuer ?? '')
    throw new OrthancOAuthError('CFG-002', `${href} has no metadata at either well-known path`, {
      details: { option: 'issuer', issuer: href },
      troubleshooting: ['Check the issuer, or configure TokenEndpoint.'],
    })
  }

  async #metadataOf(
    issuer: URL,
    oauth: typeof OAuth,
    connection: IssuerConnection,
  ): Promise<OAuth.AuthorizationServer | undefined> {
    for (const algorithm of ALGORITHMS) {
      const response = await oauth.discoveryRequest(issuer, {
        algorithm,
        [oauth.allowInsecureRequests]: true, // http is allowed or refused by checkedUrl
        [oauth.customFetch]: (url, { method, headers }) => connection.exchange(new URL(url), { method, headers }),
      })
      const server = await readMetadata(oauth, issuer, response)
      if (server !== undefined) return server
    }
    return undefined
  }

  /** The secret goes where the metadata says: never from https down to http, and to http only as far as the options allow. */
  #checked(server: OAuth.AuthorizationServer, issuer: URL): TokenServer {
    const { egress, allowInsecureHttp } = this.#settings
    // Of an issuer that asks for certificates at addresses of their own (RFC 8705, section 5).
    const alias = egress.identity && server.mtls_endpoint_aliases?.token_endpoint
    const name = `token_endpoint in the metadata of ${issuer.href}`
    const endpoint = checkedUrl(name, alias ?? server.token_endpoint ?? '', allowInsecureHttp)
    if (issuer.protocol === 'https:' && endpoint.protocol !== 'https:')
      throw new OrthancOAuthError('CFG-104', `${name} is plain http, though the issuer is https`, {
        details: { issuer: issuer.href },
        troubleshooting: ["Correct the issuer's own address in its configuration (a proxy in front of it?)."],
      })
    return { issuer: server.issuer, token_endpoint: endpoint.href }
  }
}
