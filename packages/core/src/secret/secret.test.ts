import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Secret } from './secret.ts'

describe('Secret', () => {
  test('shows itself only to who asks for it', () => {
    const secret = new Secret('c4n4ry')
    expect(secret.reveal()).toBe('c4n4ry')
    const shown = [
      inspect({ secret }, { depth: 10, showHidden: true }),
      JSON.stringify({ secret }),
      `${secret}`,
      JSON.stringify(Object.entries(secret)),
    ].join()
    expect(shown).not.toContain('c4n4ry')
    expect(shown).toContain('[redacted]')
  })

  test('is any text, byte for byte', () => {
    expect(new Secret('pässwörd 🔑\n').reveal()).toBe('pässwörd 🔑\n')
  })

  test('is compared without showing how much of a guess is right', () => {
    const secret = new Secret('c4n4ry')
    expect(secret.equals('c4n4ry')).toBe(true)
    for (const guess of ['', 'c', 'c4n4r', 'c4n4ry ', 'C4N4RY']) expect(secret.equals(guess)).toBe(false)
  })

  test('is never empty', () => {
    expect(() => new Secret('')).toThrow(RangeError)
  })
})
