import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { TokenManager } from '../manager/token-manager.ts'
import type { AccessToken } from '../token/access-token.ts'
import { challenges } from './challenges.ts'
import type { AnswerHead, RequestHead } from './heads.ts'
import { PreparedAuthorization } from './prepared-authorization.ts'
import { Refusals } from './refusals.ts'
import type { Authorization, RequestAuthorizer } from './request-authorizer.ts'
import { type AuthorizerTarget, Target } from './target.ts'

/** What a nonce may consist of (RFC 9449, section 8.1). */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Tokens that are bound to the key of the manager's provider (RFC 9449), for one origin: each attempt carries a proof of
 * its own, so there is no header that could be handed to somebody else.
 *
 * The nonce that the server wants in its proofs is learnt from any of its answers (section 8.2). A 401 that asks for one
 * gives the way to one more attempt, and is no refusal of the token: the issuer is not asked. Any other 401 is treated
 * as `bearerAuthorizer` treats it.
 *
 * @throws OrthancOAuthError CFG-002 where `origin` is more than an origin, or none, or the manager's tokens are bound to
 * no key; CFG-104 for http that is not allowed
 * @returns whose `authorize` rejects with AUTH-101 for another origin, and as `getToken` of the manager does
 */
export function dpopAuthorizer(manager: TokenManager, options: AuthorizerTarget): RequestAuthorizer {
  const target = new Target(options)
  const { binding } = manager
  if (binding?.proof === undefined)
    throw new OrthancOAuthError('CFG-002', 'The tokens of this manager are bound to no key', {
      troubleshooting: ['Use bearerAuthorizer, or tokenAuthorizer, which tells by the manager.'],
    })
  const prove = binding.proof.bind(binding)
  const refusals = new Refusals(manager, target.origin)
  let nonce: string | undefined

  /** @param challenged whether the server has asked for a nonce already: it is not asked for another one */
  const authorization = async (
    request: RequestHead,
    token: AccessToken,
    challenged = false,
  ): Promise<Authorization> => {
    if (token.type !== 'DPoP') throw notBound(token.type)
    const proof = await prove(request, token, nonce)
    const headers = { authorization: `DPoP ${token.reveal()}`, dpop: proof } // RFC 9449, section 7.1
    return new PreparedAuthorization(headers, (head) => {
      learn(head)
      if (asksForNonce(head))
        return challenged || nonce === undefined ? undefined : () => authorization(request, token, true)
      const another = refusals.answered(token, head)
      return another && (() => another().then((next) => authorization(request, next, challenged)))
    })
  }

  const learn = ({ headers }: AnswerHead) => {
    const { 'dpop-nonce': given = '' } = headers
    if (NONCE.test(given)) nonce = given
  }

  return {
    async authorize(request, options) {
      if (!target.owns(request.url)) throw target.foreign()
      options?.signal?.throwIfAborted()
      return authorization(request, manager.peek() ?? (await manager.getToken(options)))
    },
    credentials: manager,
    body: 'nothing',
    ...(binding.tls && { tls: binding.tls }),
    get refusal() {
      return refusals.error
    },
  }
}

/** RFC 9449, section 9. */
function asksForNonce({ status, headers: { 'www-authenticate': field = '' } }: AnswerHead): boolean {
  return (
    status === 401 &&
    challenges(field).some(
      ({ scheme, parameters }) => scheme === 'dpop' && parameters.get('error') === 'use_dpop_nonce',
    )
  )
}

function notBound(type: string): OrthancOAuthError {
  return new OrthancOAuthError('TOK-005', `A token of type ${type} is not bound to a key, as it should be`)
}
