import { describe, expect, test } from 'vitest'
import { parseBaseUrl, targetAt } from './base-url.ts'

describe('targetAt', () => {
  test.each([
    ['https://pacs.example/dicom-web', '/studies', '/dicom-web/studies'],
    ['https://pacs.example/dicom-web/', '/studies', '/dicom-web/studies'],
    ['https://pacs.example', '/studies?a=%2f', '/studies?a=%2f'],
    ['https://pacs.example/', '', '/'],
    ['https://pacs.example', '?a', '/?a'],
    ['https://pacs.example/dicom-web', '', '/dicom-web'],
    ['https://pacs.example/a%20b/C/', '/s%74udies', '/a%20b/C/s%74udies'],
  ])('%s and %j: %s', (url, rest, target) => {
    expect(targetAt(parseBaseUrl(url), rest)).toBe(target)
  })
})

describe('parseBaseUrl', () => {
  test('an IPv6 address loses its brackets where it is connected to, not in the Host field', () => {
    expect(parseBaseUrl('http://[::1]:8042/dicom-web')).toMatchObject({
      hostname: '::1',
      port: 8042,
      authority: '[::1]:8042',
    })
  })

  test("a scheme's own port is left out of the Host field", () => {
    expect(parseBaseUrl('https://pacs.example:443/x')).toMatchObject({ port: undefined, authority: 'pacs.example' })
  })

  test.each([
    'pacs.example',
    'ftp://pacs.example/',
    'https://pacs.example/?a=b',
    'https://pacs.example/#a',
    'https://user:word@pacs.example/',
    'https://pacs.example\\@evil/',
    'https:pacs.example',
  ])('%s is refused, and not repeated in the message', (url) => {
    expect(() => parseBaseUrl(url)).toThrow(expect.objectContaining({ code: 'CFG-002' }))
    expect(() => parseBaseUrl(url)).not.toThrow(url)
  })
})
