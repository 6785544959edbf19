import type { Tally } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import type { Outcome } from '../../examples/demo/steps.ts'
import { printed, table } from '../../examples/demo/table.ts'

const files = ['a', 'b', 'c'].map((sha256) => ({ bytes: new Uint8Array(10), sha256, studyInstanceUid: `of ${sha256}` }))
const outcome: Outcome = { stored: 3, listed: 3, retrieved: new Set(['a', 'b', 'c']) }
const tally: Tally = {
  requests: 9,
  unauthenticated: 0,
  severalAuthorizations: 0,
  refused: {},
  tokens: new Set(['1', '2', '3', '4']),
  bytesIn: 30,
  bytesOut: 30,
}

const wrong = (rows: ReturnType<typeof table>) => rows.filter(({ right }) => right === false).map(({ what }) => what)

test('what must be is marked as right', () => {
  const rows = table(files, outcome, tally, 1_000)
  expect(wrong(rows)).toEqual([])
  expect(printed(rows)).toMatch(/^Tokens used +4 {2}ok$/m)
})

test.each<[what: string, outcome: Partial<Outcome>, tally: Partial<Tally>]>([
  ['Instances stored at the server', { stored: 2 }, {}],
  ['Studies it listed', { listed: 4 }, {}],
  ['Instances retrieved, SHA-256 equal', { retrieved: new Set(['a', 'b', 'other']) }, {}],
  ['Instances retrieved, SHA-256 equal', { retrieved: new Set(['a', 'b', 'c', 'more']) }, {}],
  ['Bytes to the server', {}, { bytesIn: 29 }],
  ['Bytes from the server', {}, { bytesOut: 29 }],
  ['Tokens used', {}, { tokens: new Set(['1', '2', '3']) }],
  ['401s seen by the server', {}, { refused: { expired: 1 } }],
  ['Requests without a token', {}, { unauthenticated: 1 }],
])('%s: a number that is wrong is marked', (what, otherOutcome, otherTally) => {
  const rows = table(files, { ...outcome, ...otherOutcome }, { ...tally, ...otherTally }, 1_000)
  expect(wrong(rows)).toEqual([what])
  expect(printed(rows)).toMatch(new RegExp(`^${what} +.*WRONG$`, 'm'))
})
