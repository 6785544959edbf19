import { OrthancOAuthError } from '@orthanc-oauth/core'
import { LARGEST_BODY } from './limits.ts'

/**
 * A body as text. What is counted is what it unpacks to: a server that compresses unasked can make 50 MiB out of 50 KiB.
 *
 * @throws OrthancOAuthError TOK-005 at the first byte beyond LARGEST_BODY; the rest is not taken
 */
export async function readBody(body: AsyncIterable<Uint8Array> | null, endpoint: string): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    length += piece.length
    if (length > LARGEST_BODY) throw tooLarge(endpoint)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

export function tooLarge(endpoint: string): OrthancOAuthError {
  return new OrthancOAuthError('TOK-005', `${endpoint} answered more than ${LARGEST_BODY} bytes`, {
    details: { endpoint, limit: LARGEST_BODY },
  })
}
