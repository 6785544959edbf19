import type { RefusalReason } from './verify-bearer.ts'

/** What came to a protected server. */
export interface Tally {
  requests: number
  /** Without any Authorization. */
  unauthenticated: number
  /** With more than one Authorization field. */
  severalAuthorizations: number
  /** 401s, by reason. */
  refused: Partial<Record<RefusalReason, number>>
  /** SHA-256 (hex) of every token that was accepted. */
  tokens: Set<string>
  /** Of bodies that were passed on. */
  bytesIn: number
  /** Of bodies of answers. */
  bytesOut: number
}

export function emptyTally(): Tally {
  return {
    requests: 0,
    unauthenticated: 0,
    severalAuthorizations: 0,
    refused: {},
    tokens: new Set(),
    bytesIn: 0,
    bytesOut: 0,
  }
}

export function countRefusal(tally: Tally, reason: RefusalReason): void {
  tally.refused[reason] = (tally.refused[reason] ?? 0) + 1
  if (reason === 'missing') tally.unauthenticated += 1
  if (reason === 'several') tally.severalAuthorizations += 1
}
