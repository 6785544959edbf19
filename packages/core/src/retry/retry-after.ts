/** Milliseconds, where the header says something that is no time at all: as long as a rate limit usually lasts. */
const UNREADABLE = 60_000

/** Milliseconds. Whoever says longer is as likely wrong as right, and one question an hour harms nobody. */
export const LONGEST_RETRY_AFTER = 3_600_000

/** IMF-fixdate, RFC 850 and asctime all begin so; `Date.parse` alone would take "1" for a year. */
const WEEKDAY = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/

/**
 * Milliseconds that an answer asks us to wait (RFC 9110, section 10.2.3), at most an hour; undefined where it does not
 * ask. A date counts from the answer's own `Date`, because instants of two clocks are never compared; without one, or
 * for a value that cannot be read, 60 s.
 */
export function retryAfterFrom(headers: { get(name: string): string | null }): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined) return undefined
  const asked = /^\d+$/.test(value)
    ? Number(value) * 1_000
    : httpDate(value) - httpDate(headers.get('date')?.trim() ?? '')
  return Number.isNaN(asked) ? UNREADABLE : Math.min(Math.max(asked, 0), LONGEST_RETRY_AFTER)
}

/** One of the three forms of RFC 9110, section 5.6.7, all of them in GMT though asctime does not say so; else NaN. */
function httpDate(text: string): number {
  if (!WEEKDAY.test(text)) return Number.NaN
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
}
