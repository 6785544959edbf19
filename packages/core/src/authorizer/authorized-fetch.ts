import { untilAborted } from '../async/until-aborted.ts'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { canBeSentAgain, type Fetch, type FetchInit, flatRequest, plainHeaders } from './fetch-request.ts'
import type { Authorization, RequestAuthorizer } from './request-authorizer.ts'

/**
 * `fetch`, with an authorization on every request.
 *
 * - A request to another origin than the authorizer's is refused before anything is sent.
 * - Redirects are not followed: `redirect` is always `manual`, the caller sees the 3xx itself.
 * - An Authorization header of the caller's is dropped.
 * - After a 401 that makes one more try worthwhile the request is sent once more, where its body can be: none, a
 *   string, bytes, a Blob, form data. A stream cannot, nor the body of a Request, which is one: their 401 is the
 *   answer. So it is where no other authorization can be had.
 * - All else of `init` is passed on: `signal`, and what only the given `fetch` knows (undici's `dispatcher`). Of a
 *   Request its method, headers, body, signal and integrity are; a dispatcher given to its constructor is not.
 *
 * @param fetch default: the global one, looked up at each call
 * @throws OrthancOAuthError CFG-103 for an authorizer that signs bodies
 * @returns whose promise rejects as `authorize` does (AUTH-101 for another origin), and as the given `fetch` does
 */
export function authorizedFetch(authorizer: RequestAuthorizer, fetch?: Fetch): Fetch {
  if (authorizer.body !== 'nothing')
    throw new OrthancOAuthError('CFG-103', 'authorizedFetch cannot sign bodies, as this authorizer would have to')

  const send = (url: string, init: FetchInit, { headers }: Authorization): Promise<Response> =>
    (fetch ?? globalThis.fetch)(url, { ...init, headers: { ...plainHeaders(init.headers), ...headers } })

  return async (input, init) => {
    const { url, method, request } = flatRequest(input, init)
    const signal = request.signal ?? undefined
    const authorization = await authorizer.authorize(
      { method, url, headers: plainHeaders(request.headers) },
      { signal },
    )
    const answer = await send(url, request, authorization)
    const way = authorization.answered(headOf(answer))
    if (way === undefined || !canBeSentAgain(request.body)) return answer

    const next = await untilAborted(way(), signal).catch(() => undefined)
    if (next === undefined && !signal?.aborted) return answer
    await answer.body?.cancel().catch(() => undefined) // its connection is of no further use, whatever becomes of it
    signal?.throwIfAborted()
    if (next === undefined) return answer
    const last = await send(url, request, next)
    next.answered(headOf(last))
    return last
  }
}

function headOf({ status, headers }: Response) {
  return { status, headers: plainHeaders(headers) }
}
