import type { Row } from './row.ts'

const titles = ['what', 'measured', 'beside', 'ratio', 'target', 'holds'] as const

/** A table for people. */
export function table(rows: readonly Row[]): string {
  const lines = [titles, ...rows.map(cells)]
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cells({ what, measured, peer, ratio, target, count }: Row): string[] {
  const shown = [what, measured, peer, ratio === undefined ? '' : `${ratio.toFixed(2)} ×`]
  if (count) return [...shown, String(count.target), count.right ? 'yes' : 'NO']
  if (target === undefined || ratio === undefined) return [...shown, '', '']
  return [...shown, `≤ ${target} ×`, ratio <= target ? 'yes' : 'NO']
}
