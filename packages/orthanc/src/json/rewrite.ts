/** A text made from another, and the way back. */
export interface Rewritten {
  readonly text: string
  /** The offset in the source of what stands at `offset` in the text; of what was put in: where that which it replaced begins. */
  originOf(offset: number): number
}

interface Replacement {
  /** In the text, end exclusive. */
  readonly start: number
  readonly end: number
  /** In the source, end exclusive. */
  readonly from: number
  readonly to: number
}

/**
 * Replaces every match, once: what was put in is not looked at again.
 *
 * @param pattern with the flag g
 * @param replace gives what to put in; `start` is its offset in the text
 */
export function rewrite(
  source: string,
  pattern: RegExp,
  replace: (match: RegExpExecArray, start: number) => string,
): Rewritten {
  const replacements: Replacement[] = []
  let text = ''
  let from = 0
  for (const match of source.matchAll(pattern)) {
    text += source.slice(from, match.index)
    const start = text.length
    text += replace(match, start)
    from = match.index + match[0].length
    replacements.push({ start, end: text.length, from: match.index, to: from })
  }
  return { text: text + source.slice(from), originOf: (offset) => originOf(replacements, offset) }
}

function originOf(replacements: readonly Replacement[], offset: number): number {
  const before = replacements.findLast(({ start, end }) => (start === end ? start < offset : start <= offset))
  if (before === undefined) return offset
  return offset < before.end ? before.from : before.to + offset - before.end
}
