import { z } from 'zod'

/** The messages say what is expected; what was found is added where the place is known, and never a value. */

export const text = (expected = 'a string') => z.string(expected)

const A_SECRET = 'a string that is not empty'
export const secret = () => z.string(A_SECRET).min(1, A_SECRET)

const A_PATH = 'the path of a file'
export const path = () => z.string(A_PATH).min(1, A_PATH)

export const flag = () => z.boolean('true or false')

export const integer = (from: number, to: number, unit = '') => {
  const expected = `a whole number from ${from} to ${to}${unit && ` (${unit})`}`
  return z.int(expected).min(from, expected).max(to, expected)
}

export const seconds = (from: number, to: number) => {
  const expected = `a number from ${from} to ${to} (seconds)`
  return z.number(expected).min(from, expected).max(to, expected)
}

export const oneOf = <const W extends readonly string[]>(words: W) => z.enum(words, `one of ${words.join(', ')}`)

export const url = (of: string) => text(`the URL of ${of}`)

/** Names that Orthanc compares as they are, each with a text. */
export const texts = (expected: string) => z.record(z.string(), text(), expected)

/** Of a key whose work is still to come: nothing is done with its value. */
export const anything = () => z.unknown().optional()
