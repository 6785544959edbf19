import { expect, test } from 'vitest'
import { challenges } from './challenges.ts'

const read = (field: string) =>
  challenges(field).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])

test.each([
  ['Bearer', [['bearer', {}]]],
  ['DPoP error="use_dpop_nonce", algs="ES256 PS256"', [['dpop', { error: 'use_dpop_nonce', algs: 'ES256 PS256' }]]],
  ['dpop ERROR=use_dpop_nonce', [['dpop', { error: 'use_dpop_nonce' }]]],
  ['DPoP error = "use_dpop_nonce"', [['dpop', { error: 'use_dpop_nonce' }]]],
  [
    'Basic realm="a, DPoP error=\\"use_dpop_nonce\\"", Bearer error="invalid_token"',
    [
      ['basic', { realm: 'a, DPoP error="use_dpop_nonce"' }],
      ['bearer', { error: 'invalid_token' }],
    ],
  ],
  [
    'Negotiate YWJj, DPoP algs="ES256"',
    [
      ['negotiate', {}],
      ['yWJj'.toLowerCase(), {}],
      ['dpop', { algs: 'ES256' }],
    ],
  ],
  ['', []],
  [', ,', []],
  ['"DPoP error=use_dpop_nonce"', []],
])('%j holds these challenges', (field, expected) => {
  expect(read(field)).toEqual(expected)
})

test('a field of 16 KiB of garbage is read in no time', () => {
  const begun = performance.now()
  for (const unit of ['"', '=', 'a=', '\\"', 'a,', '"a\\']) challenges(unit.repeat(16_384 / unit.length))
  expect(performance.now() - begun).toBeLessThan(2_000)
})
