import { describe, expect, test } from 'vitest'
import { parseBaseUrl } from './base-url.ts'
import { redirectThroughBridge } from './redirect.ts'

const base = parseBaseUrl('https://pacs.example/dicom-web')

describe('redirectThroughBridge', () => {
  test.each([
    ['/dicom-web/studies/', '/pacs/studies/'],
    ['https://pacs.example/dicom-web/studies/?a=%2F', '/pacs/studies/?a=%2F'],
    ['https://pacs.example:443/dicom-web/x', '/pacs/x'],
    ['studies/1', '/pacs/studies/1'],
    ['?page=2', '/pacs/studies?page=2'],
    ['/dicom-web', '/pacs'],
  ])('%s stays on the server: %s', (location, reference) => {
    expect(redirectThroughBridge(base, '/dicom-web/studies', location, 'pacs')).toBe(reference)
  })

  test.each([
    'https://evil/dicom-web/studies',
    'http://pacs.example/dicom-web/studies',
    'https://pacs.example:8443/dicom-web/studies',
    '//evil/dicom-web/studies',
    '/login',
    '/dicom-webs/studies',
    '../other',
    'https://user:word@pacs.example/dicom-web/studies',
    '/dicom-web//evil',
    'https://',
    'javascript:alert(1)',
  ])('BRG-F16: %s leads elsewhere', (location) => {
    expect(redirectThroughBridge(base, '/dicom-web/studies', location, 'pacs')).toBeUndefined()
  })
})
