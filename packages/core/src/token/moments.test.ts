import { describe, expect, test } from 'vitest'
import { leastWindowOf, momentsOf, skewOf } from './moments.ts'

const S = 1_000
const earliest = 0
const latest = 1

describe('momentsOf', () => {
  test.each([
    { lifetime: 2, buffer: 0, due: [1.4, 1.42], unusable: 1.5 },
    { lifetime: 2, buffer: 300, due: [1.1, 1.18], unusable: 1.5 },
    { lifetime: 5, buffer: 0, due: [3.75, 3.8], unusable: 4 },
    { lifetime: 5, buffer: 300, due: [3, 3.2], unusable: 4 },
    { lifetime: 60, buffer: 0, due: [51, 51.6], unusable: 54 },
    { lifetime: 60, buffer: 300, due: [42, 44.4], unusable: 54 }, // CLK-F5
    { lifetime: 300, buffer: 0, due: [280, 282], unusable: 290 },
    { lifetime: 300, buffer: 300, due: [230, 242], unusable: 290 },
    { lifetime: 3_600, buffer: 0, due: [3_580, 3_582], unusable: 3_590 },
    { lifetime: 3_600, buffer: 300, due: [3_290, 3_350], unusable: 3_590 },
    { lifetime: 3_600, buffer: 3_600, due: [2_870, 3_014], unusable: 3_590 },
    { lifetime: 86_400, buffer: 300, due: [86_090, 86_150], unusable: 86_390 },
  ])(
    '$lifetime s with a buffer of $buffer s: due at $due s, unusable at $unusable s',
    ({ lifetime, buffer, due, unusable }) => {
      const first = momentsOf({ lifetime: lifetime * S }, buffer * S, earliest)
      const last = momentsOf({ lifetime: lifetime * S }, buffer * S, latest)
      expect([first.due, last.due].map((ms) => ms / S)).toEqual(due.map((s) => expect.closeTo(s, 6)))
      expect(first.unusable / S).toBeCloseTo(unusable, 6)
      expect(last.unusable).toBe(first.unusable)
    },
  )

  test('CLK-F5: with 60 s tokens a buffer of 5 min counts as a fifth of the lifetime', () => {
    expect(momentsOf({ lifetime: 60 * S }, 300 * S, earliest)).toEqual(
      momentsOf({ lifetime: 60 * S }, 12 * S, earliest),
    )
  })

  test("CLK-F7: equal tokens are due at moments that a draw spreads over a fifth of the window's length", () => {
    const due = (random: number) => momentsOf({ lifetime: 3_600 * S }, 300 * S, random).due
    const draws = Array.from({ length: 100 }, (_, i) => due(i / 100))
    expect(new Set(draws).size).toBe(100)
    expect(Math.max(...draws) - Math.min(...draws)).toBeCloseTo(59.4 * S)
  })

  test.each([
    { refreshIn: 1_800, due: [1_800, 2_158] },
    { refreshIn: 3_000, due: [3_000, 3_118] },
    { refreshIn: 3_500, due: [3_290, 3_350] }, // later than the buffer asks for
    { refreshIn: 0, due: [1_800, 2_158] }, // never before half the lifetime
    { refreshIn: -5, due: [1_800, 2_158] },
    { refreshIn: Number.NaN, due: [3_290, 3_350] }, // no advice at all
  ])('an hour, refresh_in $refreshIn s: due at $due s', ({ refreshIn, due }) => {
    const token = { lifetime: 3_600 * S, refreshIn: refreshIn * S }
    expect([earliest, latest].map((random) => momentsOf(token, 300 * S, random).due / S)).toEqual(due)
  })

  test('whatever lifetime, buffer, advice and draw: half the lifetime ≤ due < unusable < lifetime', () => {
    for (const lifetime of [1, 7, 1_000, 5_000, 100_000, 200_000, 3_600_000, 86_400_000])
      for (const buffer of [0, 1, 10_000, 300_000, 3_600_000, Number.POSITIVE_INFINITY])
        for (const refreshIn of [0, lifetime / 3, lifetime, lifetime * 9])
          for (const random of [0, 0.5, 0.999]) {
            const { due, unusable } = momentsOf({ lifetime, refreshIn }, buffer, random)
            expect(due).toBeGreaterThanOrEqual(lifetime / 2)
            expect(due).toBeLessThan(unusable)
            expect(unusable).toBeLessThan(lifetime)
          }
  })
})

test.each([
  { lifetime: 2, skew: 0.5, window: 0.1 },
  { lifetime: 5, skew: 1, window: 0.25 },
  { lifetime: 10, skew: 1, window: 0.5 },
  { lifetime: 99, skew: 9.9, window: 4.95 },
  { lifetime: 100, skew: 10, window: 5 },
  { lifetime: 200, skew: 10, window: 10 },
  { lifetime: 86_400, skew: 10, window: 10 },
])('$lifetime s: a skew of $skew s, at least $window s for a refresh', ({ lifetime, skew, window }) => {
  expect(skewOf(lifetime * S)).toBeCloseTo(skew * S)
  expect(leastWindowOf(lifetime * S)).toBeCloseTo(window * S)
})
