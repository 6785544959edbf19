import { describe, expect, test } from 'vitest'
import { retryAfterFrom } from './retry-after.ts'

const answered = 'Sun, 06 Nov 1994 08:49:37 GMT'
const from = (retryAfter: string, date: string | undefined = answered) =>
  retryAfterFrom(new Headers({ 'retry-after': retryAfter, ...(date && { date }) }))

describe('retryAfterFrom', () => {
  test.each([
    { value: '0', ms: 0 },
    { value: '7', ms: 7_000 },
    { value: ' 120 ', ms: 120_000 },
    { value: '3600', ms: 3_600_000 },
  ])('TOK-F10: $value seconds', ({ value, ms }) => {
    expect(from(value)).toBe(ms)
  })

  test.each([
    'Sun, 06 Nov 1994 08:50:37 GMT', // IMF-fixdate
    'Sunday, 06-Nov-94 08:50:37 GMT', // RFC 850
    'Sun Nov  6 08:50:37 1994', // asctime
  ])("TOK-F10: a date (%s) counts from the answer's own Date, whatever our clock says", (value) => {
    expect(from(value)).toBe(60_000)
  })

  test('a date that has passed asks for nothing', () => {
    expect(from('Sun, 06 Nov 1994 08:00:00 GMT')).toBe(0)
  })

  test.each(['', 'soon', '-5', '1.5', '1e3', 'NaN', '1994-11-06', 'Sun, garbage', '2 minutes'])(
    'TOK-F11: garbage (%j) is 60 s',
    (value) => {
      expect(from(value)).toBe(60_000)
    },
  )

  test('TOK-F11: a date in an answer without a Date cannot be read: 60 s', () => {
    expect(retryAfterFrom(new Headers({ 'retry-after': answered }))).toBe(60_000)
  })

  test.each(['3601', '99999999999999999999999', 'Tue, 06 Nov 2040 08:49:37 GMT'])(
    'TOK-F11: years (%s) are an hour',
    (value) => {
      expect(from(value)).toBe(3_600_000)
    },
  )

  test('an answer without the header asks for nothing', () => {
    expect(retryAfterFrom(new Headers())).toBeUndefined()
  })
})
