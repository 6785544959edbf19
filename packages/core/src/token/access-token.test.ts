import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { AccessToken } from './access-token.ts'
import { sameCredential } from './same-credential.ts'

const sent = { wall: Date.UTC(2026, 10, 22, 12), monotonic: 5 }
const token = (value: string) => new AccessToken({ value, sent, lifetime: 60_000 })

describe('AccessToken', () => {
  test('shows its value only to who asks for it', () => {
    const secret = token('c4n4ry')
    expect(secret.reveal()).toBe('c4n4ry')
    const shown = [
      inspect({ secret }, { depth: 10, showHidden: true }),
      JSON.stringify({ secret }),
      `${secret}`,
      JSON.stringify(Object.entries(secret)),
    ].join()
    expect(shown).not.toContain('c4n4ry')
    expect(shown).toContain('2026-11-22T12:01:00.000Z')
  })

  test('is a bearer unless something else is said', () => {
    expect(token('x').type).toBe('Bearer')
    expect(new AccessToken({ value: 'x', type: 'DPoP', sent, lifetime: 1 }).type).toBe('DPoP')
  })

  test('says for people when it ends, and in how long it should be refreshed only if the issuer said so', () => {
    expect(token('x').expiresAt).toBe(sent.wall + 60_000)
    expect('refreshIn' in token('x')).toBe(false)
    expect(new AccessToken({ value: 'x', sent, lifetime: 1, refreshIn: 7 }).refreshIn).toBe(7)
  })

  test('is immutable, and a later change of the given moment changes nothing', () => {
    const given = { ...sent }
    const made = new AccessToken({ value: 'x', sent: given, lifetime: 1 })
    given.wall = 0
    expect(made.sent).toEqual(sent)
    expect(Object.isFrozen(made)).toBe(true)
    expect(Object.isFrozen(made.sent)).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['a line break at its end', 'c4n4ry\n'],
    ['another header', 'c4n4ry\r\nX-Evil: 1'],
    ['a space', 'c4n 4ry'],
    ['NUL', 'c4n4ry\0'],
    ['a letter beyond ASCII', 'c4n4ry\u00e9'],
    ['one character too many', 'c'.repeat(16_385)],
  ])('TOK-F14: with %s is refused, and not echoed', (_, value) => {
    const refused = expect(() => token(value))
    refused.toThrow(expect.objectContaining({ code: 'TOK-005' }))
    refused.not.toThrow(/c4n|ccc/)
  })

  test('of 16,384 characters is taken', () => {
    expect(token('c'.repeat(16_384)).reveal()).toHaveLength(16_384)
  })

  test('is shown whatever a provider says of its lifetime', () => {
    expect(inspect(new AccessToken({ value: 'x', sent, lifetime: 1e20 }))).toContain('a time that is none')
  })
})

describe('sameCredential', () => {
  test('tokens are one by their value, because an SDK makes new objects of the token in its cache', () => {
    expect(sameCredential(token('a'), new AccessToken({ value: 'a', sent, lifetime: 5 }))).toBe(true)
    expect(sameCredential(token('a'), token('b'))).toBe(false)
  })

  test('other credentials are one by identity', () => {
    const signing = { sent, lifetime: 1 }
    expect(sameCredential(signing, signing)).toBe(true)
    expect(sameCredential(signing, { ...signing })).toBe(false)
  })
})
