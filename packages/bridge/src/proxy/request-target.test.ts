import { describe, expect, test } from 'vitest'
import { parseRequestTarget } from './request-target.ts'

describe('parseRequestTarget', () => {
  test.each([
    ['/pacs/studies', 'pacs', '/studies'],
    ['/pacs/studies?PatientName=A%2A&limit=1', 'pacs', '/studies?PatientName=A%2A&limit=1'],
    ['/pacs', 'pacs', ''],
    ['/pacs/', 'pacs', '/'],
    ['/pacs?a=/../b', 'pacs', '?a=/../b'],
    ['/pacs/studies/1.2.840.1/series//x', 'pacs', '/studies/1.2.840.1/series//x'],
    ['/na%20me/%C3%A4?q=%zz', 'na me', '/%C3%A4?q=%zz'],
    ['/pacs/...', 'pacs', '/...'],
    ['/pacs/.well-known', 'pacs', '/.well-known'],
    ['/pacs/studies?00100010=a%5Cb%0A', 'pacs', '/studies?00100010=a%5Cb%0A'],
  ])('%s is %s and %s, byte for byte', (target, server, rest) => {
    expect(parseRequestTarget(target)).toEqual({ server, rest })
  })

  test.each([
    '',
    '*',
    'pacs/studies',
    '//evil',
    '//evil/studies',
    '/pacs//evil/studies',
    'http://evil/pacs/studies',
    'HTTPS://evil/',
    '/',
    '/?a',
    '/pacs/..',
    '/pacs/../other/studies',
    '/pacs/./studies',
    '/pacs/%2e%2e/other',
    '/pacs/%2E./other',
    '/pacs/.%2e/other',
    '/pacs/%252e%252e/other',
    '/pacs/%25252E%2e/other',
    '/pacs/studies%2f..%2fother',
    '/pacs/studies%2F%2e%2e',
    '/pacs/..%252fother',
    '/pacs/..;/other',
    '/pacs/..;jsessionid=1/other',
    '/../pacs',
    '/%2e%2e/pacs',
    '/pacs/studies#fragment',
    '/pacs#',
    '/pacs?a#b',
    '/pacs\\..\\other',
    '/pacs/%5c..%5cother',
    '/pacs/%255cother',
    '/pacs/a b',
    '/pacs/\u0000',
    '/pacs/\u007f',
    '/pacs/\u00e4',
    '/pacs/%00',
    '/pacs/%0d%0aHost:evil',
    '/pacs/%250a',
    '/pacs/%7f',
    '/pacs/%',
    '/pacs/%zz',
    '/pacs/%c0%ae%c0%ae/other',
    '/pacs/%ff',
  ])('%j is refused', (target) => {
    expect(parseRequestTarget(target)).toBeUndefined()
  })
})
