import { describe, expect, test } from 'vitest'
import { plainServer, written } from '../configuration/written.fixture.ts'
import { matchServer } from './match-server.ts'

const prefixes = {
  root: 'https://a.example',
  dicom: 'https://a.example/dicom',
  study: 'https://a.example/dicom/studies',
  port: 'https://a.example:8443/dicom/',
  plain: 'http://localhost:8080/dicom',
  other: 'https://b.example/dicom',
}

const { servers } = await (async () => {
  const others = Object.entries(prefixes).map(([name, Url]) => [name, { ...plainServer, Url }] as const)
  const text = JSON.stringify({ DicomWebOAuth: { Servers: Object.fromEntries(others) } })
  await using files = await written(text)
  return await files.read()
})()

describe('matchServer', () => {
  test.each([
    ['https://a.example/dicom/series', 'dicom'],
    ['https://a.example/dicom', 'dicom'],
    ['https://a.example/dicom/', 'dicom'],
    ['https://a.example/dicom?PatientID=1', 'dicom'],
    ['https://a.example/dicom/studies/1.2', 'study'],
    ['https://a.example/dicom/studies?limit=1', 'study'],
    ['https://a.example/dicomweb', 'root'], // no whole segment
    ['https://a.example/DICOM/x', 'root'], // paths are told apart by letter case
    ['https://A.example:443/dicom/x', 'dicom'], // hosts are not
    ['https://a.example:8443/dicom/x', 'port'],
    ['https://a.example:8443/x', undefined],
    ['http://a.example/dicom', undefined],
    ['http://localhost:8080/dicom/x', 'plain'],
    ['http://localhost:8081/dicom/x', undefined],
    ['https://b.example/dicom/x', 'other'],
    ['https://b.example/', undefined],
    ['https://b.example/dicom/../x', undefined],
    ['https://b.example/dicom/%2e%2e/x', undefined],
    ['https://b.example.evil/dicom/x', undefined],
    ['https://b.example@evil.example/dicom/x', undefined],
    ['https://user@b.example/dicom/x', undefined],
    ['https://:password@b.example/dicom/x', undefined],
    ['//b.example/dicom', undefined],
    ['', undefined],
  ])('CFG-F7: %s belongs to %s', (url, name) => {
    expect(matchServer(servers, url)?.name).toBe(name)
  })

  test('the order of the configuration is no matter', () => {
    expect(matchServer(servers.toReversed(), 'https://a.example/dicom/studies/1')?.name).toBe('study')
  })
})
