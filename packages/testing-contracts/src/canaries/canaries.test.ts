import { describe, expect, test } from 'vitest'
import { canaryForms } from './canary-forms.ts'
import { expectNoCanary } from './expect-no-canary.ts'

/** With characters that every encoding changes. */
const SECRET = 'k9/+Zr"é q?>~8-_mW=Lx4'

const leaks: readonly (readonly [form: string, text: string])[] = [
  ['raw', SECRET],
  ['base64', Buffer.from(SECRET).toString('base64')],
  ['base64', Buffer.from(`${SECRET}:and more`).toString('base64')],
  ['base64', Buffer.from(`abc${SECRET}`).toString('base64')],
  ['base64 at byte offset 1', Buffer.from(`a${SECRET}`).toString('base64')],
  ['base64 at byte offset 2', Buffer.from(`users${SECRET}z`).toString('base64')],
  ['base64url', Buffer.from(SECRET).toString('base64url')],
  ['base64url at byte offset 1', Buffer.from(`user${SECRET}`).toString('base64url')],
  ['base64url at byte offset 2', Buffer.from(`us${SECRET}`).toString('base64url')],
  ['percent-encoded', encodeURIComponent(SECRET)],
  ['percent-encoded in lower case', encodeURIComponent(SECRET).replace(/%../g, (triplet) => triplet.toLowerCase())],
  ['form-encoded', `${new URLSearchParams({ client_secret: SECRET })}`],
  ['JSON-escaped', JSON.stringify({ secret: SECRET })],
  ['first half', SECRET.slice(0, 11)],
  ['second half', `…${SECRET.slice(-11)}`],
]

describe('a leaked secret is found, and neither it nor the text is shown', () => {
  test.each(leaks)('%s', (form, text) => {
    const logged = `2026-01-01 something before ${text} and after`
    expect(() => expectNoCanary(logged, { other: 'not in the text at all', 'client secret': SECRET })).toThrow(
      new RegExp(`^Leaked: client secret, ${form}, at character \\d+$`),
    )
  })

  test('among several of one label', () => {
    const tokens = ['first-token-0123456789', 'second-token-9876543210']
    expect(() => expectNoCanary(`Bearer ${tokens[1]}`, { token: tokens })).toThrow('Leaked: token, raw')
  })
})

test('what holds none passes', () => {
  expect(() => expectNoCanary('Authorization: Bearer [redacted]', { token: SECRET })).not.toThrow()
})

test('every form is long enough not to be found by chance', () => {
  for (const { text } of canaryForms('0123456789abcdef')) expect(text.length).toBeGreaterThanOrEqual(8)
})

test('a secret of which halves would be found by chance is refused', () => {
  expect(() => canaryForms('short')).toThrow('at least 16')
})
