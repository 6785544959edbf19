import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { TokenManager } from '../manager/token-manager.ts'
import type { AccessToken } from '../token/access-token.ts'
import { BearerAuthorization } from './bearer-authorization.ts'
import type { AnswerHead } from './heads.ts'
import { canonicalOrigin, isConfidential, originOf } from './origin.ts'
import { Refusals } from './refusals.ts'
import type { Authorization, RequestAuthorizer } from './request-authorizer.ts'

/**
 * A bearer (RFC 6750) for one origin; any other is an error, because whoever gets a token can use it.
 *
 * A 401 makes it ask the issuer for another token, at most once a minute, and gives the way to an attempt with it. A
 * token refused again within that minute stays in use, and `refusal` says that the server refuses what the issuer
 * considers good.
 *
 * @param target scheme, host and port of the server, such as `https://pacs.example:8443`. http beyond this machine would
 * show the token to whoever listens, so it must be allowed: `allowInsecureHttp`, default false
 * @throws OrthancOAuthError CFG-002 where `origin` is more than an origin, or none; CFG-104 for http that is not allowed
 * @returns whose `authorize` rejects with AUTH-101 for another origin, and as `getToken` of the manager does
 */
export function bearerAuthorizer(
  manager: TokenManager,
  target: { readonly origin: string; readonly allowInsecureHttp?: boolean | undefined },
): RequestAuthorizer {
  const origin = canonicalOrigin(target.origin)
  if (target.allowInsecureHttp !== true && !isConfidential(origin)) throw insecureOrigin(origin)
  const ours = `${origin}/` // as most URLs spell it: the rest are parsed
  const refusals = new Refusals(manager, origin)
  let token: AccessToken | undefined
  let prepared: Promise<Authorization> | undefined

  const authorization = (next: AccessToken): Promise<Authorization> => {
    if (next === token && prepared !== undefined) return prepared
    if (next.type !== 'Bearer') return Promise.reject(notBearer(next.type))
    token = next
    prepared = Promise.resolve(new BearerAuthorization(next, (head) => answered(next, head)))
    return prepared
  }

  const answered = (refused: AccessToken, head: AnswerHead) => {
    const another = refusals.answered(refused, head)
    return another && (() => another().then(authorization))
  }

  return {
    authorize({ url }, options) {
      if (!url.startsWith(ours) && originOf(url) !== origin) return Promise.reject(anotherOrigin(origin))
      if (options?.signal?.aborted) return Promise.reject(options.signal.reason)
      const held = manager.peek()
      return held === undefined ? manager.getToken(options).then(authorization) : authorization(held)
    },
    credentials: manager,
    body: 'nothing',
    bearer: manager,
    get refusal() {
      return refusals.error
    },
  }
}

function anotherOrigin(origin: string): OrthancOAuthError {
  return new OrthancOAuthError('AUTH-101', `A request to another origin than ${origin} gets no token`, {
    details: { origin },
  })
}

function insecureOrigin(origin: string): OrthancOAuthError {
  return new OrthancOAuthError('CFG-104', `A token would cross the network in clear on its way to ${origin}`, {
    details: { origin },
    troubleshooting: ['Use https, or allow it by allowInsecureHttp (AllowInsecureHttp in a configuration).'],
  })
}

function notBearer(type: string): OrthancOAuthError {
  return new OrthancOAuthError('TOK-005', `A token of type ${type} cannot be sent as a bearer`)
}
