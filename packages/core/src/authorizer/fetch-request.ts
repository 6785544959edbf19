export type Fetch = typeof globalThis.fetch
export type FetchInit = NonNullable<Parameters<Fetch>[1]>
type FetchInput = Parameters<Fetch>[0]

/** The parameters of `fetch` in one form. The caller's Authorization is gone, redirects are left to the caller. */
export function flatRequest(
  input: FetchInput,
  init: FetchInit = {},
): { readonly url: string; readonly method: string; readonly request: FetchInit } {
  const of = typeof input === 'string' || input instanceof URL ? undefined : input
  const url = new URL(of === undefined ? String(input) : of.url)
  url.hash = '' // never sent
  const given: FetchInit = { ...(of && partsOf(of)), ...present(init) }
  const method = (given.method ?? 'GET').toUpperCase()
  return {
    url: url.href,
    method,
    request: { ...given, method, headers: withoutAuthorization(given.headers), redirect: 'manual' },
  }
}

/** Lower-case names, repeated fields joined by ", ". */
export function plainHeaders(headers: FetchInit['headers']): Record<string, string> {
  return Object.fromEntries(new Headers(headers))
}

/** Whether a body is still there after it has been sent. */
export function canBeSentAgain(body: FetchInit['body']): boolean {
  return (
    body == null ||
    typeof body === 'string' ||
    ArrayBuffer.isView(body) ||
    body instanceof ArrayBuffer ||
    body instanceof Blob ||
    body instanceof URLSearchParams ||
    body instanceof FormData
  )
}

/** A member that is undefined counts as absent (Web IDL dictionaries): it takes nothing away from a Request. */
function present(init: FetchInit): FetchInit {
  return Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
}

function partsOf({ method, headers, body, signal, integrity }: Request): FetchInit {
  return { method, headers, signal, integrity, ...(body && { body, duplex: 'half' }) }
}

function withoutAuthorization(headers: FetchInit['headers']): Record<string, string> {
  const { authorization: _, ...others } = plainHeaders(headers)
  return others
}
