import { readFileSync } from 'node:fs'

export interface FaultRow {
  /** Such as TOK-F01. */
  readonly id: string
  readonly fault: string
  readonly expected: string
}

/** The rows of docs/faults.md, of which those under "Tested" must each have a test. */
export function catalogue(): { readonly tested: readonly FaultRow[]; readonly planned: readonly FaultRow[] } {
  const text = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8')
  const [, tested = '', planned = ''] = text.split(/^## (?:Tested|Not built yet)$/m)
  return { tested: rows(tested), planned: rows(planned) }
}

function rows(section: string): FaultRow[] {
  return [...section.matchAll(/^\| *([A-Z]+-F\d+) *\| *(.+?) *\| *(.+?) *\|$/gm)].map(
    ([, id = '', fault = '', expected = '']) => ({
      id,
      fault,
      expected,
    }),
  )
}
