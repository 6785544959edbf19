import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { TokenManager } from '../manager/token-manager.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { AnswerHead } from './heads.ts'
import { PreparedAuthorization } from './prepared-authorization.ts'
import { Refusals } from './refusals.ts'
import type { Authorization, RequestAuthorizer } from './request-authorizer.ts'
import { type AuthorizerTarget, Target } from './target.ts'

/**
 * A bearer (RFC 6750) for one origin; any other is an error, because whoever gets a token can use it.
 *
 * A 401 makes it ask the issuer for another token, at most once a minute, and gives the way to an attempt with it. A
 * token refused again within that minute stays in use, and `refusal` says that the server refuses what the issuer
 * considers good.
 *
 * @throws OrthancOAuthError CFG-002 where `origin` is more than an origin, or none, or the manager's tokens need a proof
 * (dpopAuthorizer); CFG-104 for http that is not allowed
 * @returns whose `authorize` rejects with AUTH-101 for another origin, and as `getToken` of the manager does
 */
export function bearerAuthorizer(manager: TokenManager, options: AuthorizerTarget): RequestAuthorizer {
  const target = new Target(options)
  const { tls, proof } = manager.binding ?? {}
  if (proof !== undefined)
    throw new OrthancOAuthError('CFG-002', 'Tokens that are bound to a key need a proof with each request', {
      troubleshooting: ['Use dpopAuthorizer, or tokenAuthorizer, which tells by the manager.'],
    })
  const refusals = new Refusals(manager, target.origin)
  let token: AccessToken | undefined
  let prepared: Promise<Authorization> | undefined

  const authorization = (next: AccessToken): Promise<Authorization> => {
    if (next === token && prepared !== undefined) return prepared
    if (next.type !== 'Bearer') return Promise.reject(notBearer(next.type))
    token = next
    const headers = { authorization: `Bearer ${next.reveal()}` } // RFC 6750, section 2.1
    prepared = Promise.resolve(new PreparedAuthorization(headers, (head) => answered(next, head)))
    return prepared
  }

  const answered = (refused: AccessToken, head: AnswerHead) => {
    const another = refusals.answered(refused, head)
    return another && (() => another().then(authorization))
  }

  return {
    authorize({ url }, options) {
      if (!target.owns(url)) return Promise.reject(target.foreign())
      if (options?.signal?.aborted) return Promise.reject(options.signal.reason)
      const held = manager.peek()
      return held === undefined ? manager.getToken(options).then(authorization) : authorization(held)
    },
    credentials: manager,
    body: 'nothing',
    bearer: manager,
    ...(tls && { tls }),
    get refusal() {
      return refusals.error
    },
  }
}

function notBearer(type: string): OrthancOAuthError {
  return new OrthancOAuthError('TOK-005', `A token of type ${type} cannot be sent as a bearer`)
}
