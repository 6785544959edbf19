import { describe, expect, test } from 'vitest'
import { canonicalOrigin, originOf } from './origin.ts'

describe('canonicalOrigin', () => {
  test.each([
    ['https://pacs.example', 'https://pacs.example'],
    ['https://pacs.example/', 'https://pacs.example'],
    ['HTTPS://PACS.Example:443', 'https://pacs.example'],
    ['http://127.0.0.1:8042', 'http://127.0.0.1:8042'],
    ['https://[::1]:8443', 'https://[::1]:8443'],
  ])('%s is %s', (given, origin) => {
    expect(canonicalOrigin(given)).toBe(origin)
  })

  test.each([
    'https://pacs.example/dicom-web',
    'https://pacs.example?x',
    'https://pacs.example#x',
    'https://user:password@pacs.example',
    'ftp://pacs.example',
    'pacs.example',
    'https://',
    'https://pacs.example:99999',
    '',
  ])('%j is no origin', (given) => {
    expect(() => canonicalOrigin(given)).toThrow(expect.objectContaining({ code: 'CFG-002' }))
  })
})

describe('originOf', () => {
  test.each([
    ['https://pacs.example/studies?limit=1', 'https://pacs.example'],
    ['https://PACS.example', 'https://pacs.example'],
    ['https://pacs.example:443/%2e%2e/x', 'https://pacs.example'],
    ['https://pacs.example?x=@evil.example', 'https://pacs.example'],
    ['https://pacs.example#@evil.example', 'https://pacs.example'],
    ['https://pacs.example/\\evil.example', 'https://pacs.example'],
  ])('of %s it is %s', (url, origin) => {
    expect(originOf(url)).toBe(origin)
  })

  test.each([
    'https://pacs.example@evil.example/',
    'https://pacs.example:x@evil.example/',
    'https://pacs.example\\@evil.example/',
    'https://pacs.example\t.evil.example/',
    'https://pacs.example /',
    ' https://pacs.example/',
    'https:/pacs.example/',
    'https:pacs.example/',
    '//pacs.example/',
    '/studies',
    'file:///etc/passwd',
    '',
  ])('two parsers could disagree on %j: it has none', (url) => {
    expect(originOf(url)).toBeUndefined()
  })
})
