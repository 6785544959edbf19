import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { canonicalOrigin, isConfidential, originOf } from './origin.ts'

/** The one server that gets an authorizer's tokens. */
export interface AuthorizerTarget {
  /** Scheme, host and port, such as `https://pacs.example:8443`. */
  readonly origin: string
  /** Default false: http beyond this machine would show the token to whoever listens. */
  readonly allowInsecureHttp?: boolean | undefined
}

/** A target, checked. */
export class Target {
  /** Canonical. */
  readonly origin: string
  readonly #prefix: string

  /** @throws OrthancOAuthError CFG-002 where `origin` is more than an origin, or none; CFG-104 for http that is not allowed */
  constructor({ origin, allowInsecureHttp }: AuthorizerTarget) {
    this.origin = canonicalOrigin(origin)
    this.#prefix = `${this.origin}/` // as most URLs spell it: the rest are parsed
    if (allowInsecureHttp !== true && !isConfidential(this.origin)) throw insecureOrigin(this.origin)
  }

  owns(url: string): boolean {
    return url.startsWith(this.#prefix) || originOf(url) === this.origin
  }

  /** For a request that it does not own. */
  foreign(): OrthancOAuthError {
    const { origin } = this
    return new OrthancOAuthError('AUTH-101', `A request to another origin than ${origin} gets no token`, {
      details: { origin },
    })
  }
}

function insecureOrigin(origin: string): OrthancOAuthError {
  return new OrthancOAuthError('CFG-104', `A token would cross the network in clear on its way to ${origin}`, {
    details: { origin },
    troubleshooting: ['Use https, or allow it by allowInsecureHttp (AllowInsecureHttp in a configuration).'],
  })
}
