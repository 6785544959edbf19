/** What a nonce may consist of (RFC 9449, section 8.1). */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The nonce that an answer gives for the next proof (RFC 9449, section 8.2). */
export function nonceOf(response: Response): string | undefined {
  const nonce = response.headers.get('dpop-nonce') ?? ''
  return NONCE.test(nonce) ? nonce : undefined
}

/** Whether the token endpoint wants the same request once more, with the nonce that it gives (RFC 9449, section 8). */
export async function asksForNonce(response: Response): Promise<boolean> {
  if ((response.status !== 400 && response.status !== 401) || nonceOf(response) === undefined) return false
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return (Object(body) as { error?: unknown }).error === 'use_dpop_nonce'
}
