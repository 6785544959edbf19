import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { leaks } from './leaks.ts'

const SECRET = 'correct horse/battery+staple'

describe('leaks', () => {
  test.each<[string, unknown]>([
    ['in a text', `x${SECRET}x`],
    ['in a message', new Error(SECRET)],
    ['in a cause of a cause', new Error('a', { cause: new Error('b', { cause: new Error(SECRET) }) })],
    ['in a property', Object.assign(new Error('a'), { body: { token: SECRET } })],
    ['in a property that is not enumerable', Object.defineProperty(new Error('a'), 'body', { value: SECRET })],
    ['in what inspect shows', { [inspect.custom]: () => SECRET }],
    ['in what JSON shows', { toJSON: () => SECRET }],
    ['as base64', Buffer.from(SECRET).toString('base64')],
    ['as base64url', Buffer.from(SECRET).toString('base64url')],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['as a form', new URLSearchParams({ a: SECRET }).toString()],
    ['cut', SECRET.slice(0, 16)],
  ])('finds a secret %s', (_where, value) => {
    expect(leaks(value, ['something else', SECRET])).toEqual([1])
  })

  test('finds nothing where nothing is, even in a loop of causes', () => {
    const error = new Error('a')
    error.cause = error
    expect(leaks(error, [SECRET])).toEqual([])
  })
})
