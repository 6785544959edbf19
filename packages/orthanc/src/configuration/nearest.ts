import { closestMatch } from 'leven'

/** Further away it is another word. */
const FARTHEST = 3

/** The known word that somebody may have meant, whatever the letter case. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lower = known.map((candidate) => candidate.toLowerCase())
  const match = closestMatch(word.toLowerCase(), lower, {
    maxDistance: Math.min(FARTHEST, Math.floor(word.length / 2)),
  })
  return match === undefined ? undefined : known[lower.indexOf(match)]
}
