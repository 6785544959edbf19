import type { Tally } from '@orthanc-oauth/testing'
import { type DemoFile, sizeOf } from './files.ts'
import { megabytes, seconds } from './progress.ts'
import { type Outcome, TOKENS_TO_USE } from './steps.ts'

/** A number of the demo, and whether it is what it must be. */
export interface Row {
  readonly what: string
  readonly seen: string
  /** Absent: any will do. */
  readonly right?: boolean
}

/** What happened. @param tally of the protected server @param duration milliseconds */
export function table(
  files: readonly DemoFile[],
  { stored, listed, retrieved }: Outcome,
  tally: Readonly<Tally>,
  duration: number,
): Row[] {
  const size = sizeOf(files)
  const same = files.filter(({ sha256 }) => retrieved.has(sha256)).length
  const studies = new Set(files.map(({ studyInstanceUid }) => studyInstanceUid)).size
  const refused = Object.values(tally.refused).reduce((sum, count) => sum + count, 0)
  return [
    { what: 'Instances stored at the server', seen: `${stored} of ${files.length}`, right: stored === files.length },
    { what: 'Studies it listed', seen: `${listed} of ${studies}`, right: listed === studies },
    {
      what: 'Instances retrieved, SHA-256 equal',
      seen: `${same} of ${files.length}`,
      right: same === files.length && retrieved.size === files.length,
    },
    { what: 'Bytes to the server', seen: megabytes(tally.bytesIn), right: tally.bytesIn >= size },
    { what: 'Bytes from the server', seen: megabytes(tally.bytesOut), right: tally.bytesOut >= size },
    { what: 'Requests at the server', seen: `${tally.requests}` },
    { what: 'Tokens used', seen: `${tally.tokens.size}`, right: tally.tokens.size >= TOKENS_TO_USE },
    { what: '401s seen by the server', seen: `${refused}`, right: refused === 0 },
    { what: 'Requests without a token', seen: `${tally.unauthenticated}`, right: tally.unauthenticated === 0 },
    { what: 'Time', seen: seconds(duration) },
  ]
}

export function printed(rows: readonly Row[]): string {
  const [left, right] = [widest(rows.map(({ what }) => what)), widest(rows.map(({ seen }) => seen))]
  return rows
    .map((row) => `${row.what.padEnd(left)}  ${row.seen.padStart(right)}  ${mark(row)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('')
}

function mark({ right }: Row): string {
  if (right === undefined) return ''
  return right ? 'ok' : 'WRONG'
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length))
}
