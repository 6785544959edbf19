import { OrthancOAuthError } from '@orthanc-oauth/core'
import { describe, expect, test } from 'vitest'
import { JsonDocument } from './json-document.ts'
import { keyNode, toValue, valueNode } from './to-value.ts'

const value = (text: string, env = {}) => toValue(new JsonDocument('o.json', text, env).root, [], () => undefined)

function error(text: string, env = {}): OrthancOAuthError {
  try {
    new JsonDocument('o.json', text, env)
  } catch (thrown) {
    if (thrown instanceof OrthancOAuthError) return thrown
  }
  throw new Error('It is read without an error of ours')
}

describe('a JSON document', () => {
  test.each([
    ['comments', '{ // one\n "a": 1, /* two\n "b": 2, */ "c": 3 }', { a: 1, c: 3 }],
    ['trailing commas', '{ "a": [1, 2,], }', { a: [1, 2] }],
    ['a byte-order mark', '\uFEFF{ "a": 1 }', { a: 1 }],
    [
      'line ends and tabs in a string, as jsoncpp',
      '{ "pem": "-----BEGIN\r\n\tMII\n-----END" }',
      { pem: '-----BEGIN\r\n\tMII\n-----END' },
    ],
    ['a line end out of a variable', '{ "pem": "${PEM}" }', { pem: 'a\nb' }],
    ['comment signs in a string', '{ "a": "http://b /* c */", "d": 1 }', { a: 'http://b /* c */', d: 1 }],
    ['a quote in a comment', '{ // it\'s "\n "a": 1 /* " */ }', { a: 1 }],
    ['a number out of a variable', '{ "a": ${NUMBER} }', { a: 42 }],
    ['an escaped quote out of a variable', '{ "a": "${ESCAPED}" }', { a: 'x"y' }],
  ])('may have %s', (_, text, expected) => {
    expect(value(text, { PEM: 'a\nb', NUMBER: '42', ESCAPED: 'x\\"y' })).toEqual(expected)
  })

  test.each([
    ['a missing comma', '{\n "a": 1\n "b": 2 }', 3, 'comma expected'],
    ['a missing value', '{\n "a":\n}', 3, 'value expected'],
    ['single quotes', "{\n 'a': 1 }", 2, 'invalid symbol'],
    ['a missing brace', '{\n "a": 1\n', 3, 'close brace expected'],
    ['a string without an end', '{\n\n "a": "b }', 3, 'unexpected end of string'],
    ['a backslash before a line end', '{ "a": "b\\\n" }', 1, 'invalid escape character'],
    ['text behind it', '{}\n{}', 2, 'end of file expected'],
    ['nothing in it', '\n', 2, 'value expected'],
    ['a list', '[1]', 1, 'no object'],
  ])('with %s is refused with the line', (_, text, line, found) => {
    const { code, message, details } = error(text)
    expect(code).toBe('CFG-101')
    expect(message).toBe(`o.json:${line}: found ${found}, expected JSON as Orthanc reads it`)
    expect(details).toEqual({ file: 'o.json', line })
  })

  test('lines are those of the file, whatever a variable or a comment brings in', () => {
    const text = '{ "a": "${LINES}", /* ${LINES} */\n\n "b": "x\ny",\n "c": ,\n}'
    expect(error(text, { LINES: '1\n2\n3' }).details.line).toBe(5)
  })

  test('the line of a value behind others with line ends is right too', () => {
    const document = new JsonDocument('o.json', '{\n"a": "${LINES}",\n"b": "x\ny",\n"c": 1 }', { LINES: '1\n2' })
    expect(document.root.children?.map((property) => document.lineOf(property))).toEqual([2, 3, 5])
  })

  test('a value that is no JSON is told by the name of its variable, and nothing of it shows', () => {
    const { message, troubleshooting } = error('{\n "a": "${QUOTED}" "b": "${UNSET}" }', { QUOTED: 'hunt"er2' })
    expect(message).toBe(
      'o.json:2: found invalid symbol, expected JSON as Orthanc reads it; the line holds ${QUOTED} (set), ${UNSET} (not set), whose value is put in as it is',
    )
    expect(troubleshooting.join()).toContain('key that ends in File')
    expect(message + troubleshooting.join()).not.toMatch(/hunt|er2/)
  })

  test('a key is shown as it was written', () => {
    const env = { SITE: 'north', BREAKS: 'x", "hunter2": "y' }
    const document = new JsonDocument('o.json', '{ "a": 1, "${SITE}-pacs": 2, "secret": "${BREAKS}" }', env)
    const keys = document.root.children?.map(keyNode) ?? []
    expect(keys.map(({ value }) => value)).toEqual(['a', 'north-pacs', 'secret', 'hunter2'])
    expect(keys.map((key) => document.keyAsWritten(key))).toEqual(['a', '${SITE}-pacs', 'secret', '${BREAKS}'])
  })

  test('variables that are not set are told of the string that they stand in alone', () => {
    const document = new JsonDocument('o.json', '{ "a": "${ONE}", "b": "x${TWO}y${THREE}", "c": [ ${FOUR} ] }', {})
    const values = document.root.children?.map(valueNode) ?? []
    expect(values.map((node) => document.unsetIn(node))).toEqual([['ONE'], ['TWO', 'THREE'], ['FOUR']])
  })
})
