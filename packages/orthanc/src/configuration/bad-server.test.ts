import { describe, expect, test } from 'vitest'
import { IN_SERVER, onlyError } from './only-error.fixture.ts'
import { configurationText, type Json, lineOf } from './written.fixture.ts'

describe('a server with a bad value', () => {
  test.each<[string, Json, string, string, string]>([
    ['Url', { Url: 5 }, 'CFG-002', 'a number', 'the URL of the DICOMweb server'],
    [
      'Url',
      { Url: 'pacs/dicom-web' },
      'CFG-002',
      'a string that is no http or https URL',
      'an absolute URL that begins with https://',
    ],
    [
      'Url',
      { Url: 'ftp://pacs/' },
      'CFG-002',
      'a string that is no http or https URL',
      'an absolute URL that begins with https://',
    ],
    ['Url', { Url: 'https://pacs/?a=b' }, 'CFG-002', 'a URL with a query or a fragment', 'a URL without'],
    ['Url', { Url: 'https://pacs/#a' }, 'CFG-002', 'a URL with a query or a fragment', 'a URL without'],
    ['Issuer', { Issuer: 'https://issuer/?a' }, 'CFG-002', 'a URL with a query or a fragment', 'a URL without'],
    [
      'TokenEndpoint',
      { TokenEndpoint: 'https://issuer/#a' },
      'CFG-002',
      'a URL with a query or a fragment',
      'a URL without a fragment',
    ],
    ['TokenEndpoint', { TokenEndpoint: ['https://issuer'] }, 'CFG-002', 'a list', 'the URL of the token endpoint'],
    ['ClientId', { ClientId: null }, 'CFG-002', 'null', 'a string'],
    ['ClientSecret', { ClientSecret: 12345678 }, 'CFG-002', 'a number', 'a string that is not empty'],
    [
      'TokenRefreshBufferSeconds',
      { TokenRefreshBufferSeconds: '300' },
      'CFG-002',
      'a string',
      'a whole number from 0 to 3600 (seconds)',
    ],
    [
      'TokenRefreshBufferSeconds',
      { TokenRefreshBufferSeconds: 3601 },
      'CFG-002',
      'the number 3601',
      'a whole number from 0 to 3600 (seconds)',
    ],
    [
      'TokenRefreshBufferSeconds',
      { TokenRefreshBufferSeconds: 1.5 },
      'CFG-002',
      'the number 1.5',
      'a whole number from 0 to 3600 (seconds)',
    ],
    ['VerifySSL', { VerifySSL: 1 }, 'CFG-002', 'a number', 'true, false or the path of a CA bundle'],
    [
      'VerifySSL',
      { VerifySSL: 'no/such.pem' },
      'CFG-102',
      'the path of a file that cannot be read',
      'the path of a file that exists and that this user may read',
    ],
    ['HasDelete', { HasDelete: 'true' }, 'CFG-002', 'a string', 'true or false'],
    ['Resource', { Resource: {} }, 'CFG-002', 'an object', 'a string or a list of strings'],
    ['ExtraParameters', { ExtraParameters: { max_age: 5 } }, 'CFG-002', 'a number', 'a string'],
    ['Mode', { Mode: 'push' }, 'CFG-103', 'push, whose work is still to come', 'proxy'],
    ['Url', { Url: undefined }, 'CFG-001', 'nothing', 'the URL of the DICOMweb server'],
    ['ClientId', { ClientId: '' }, 'CFG-001', 'nothing', 'the id of the client at the issuer'],
    [
      'ClientSecret',
      { ClientSecret: undefined },
      'CFG-001',
      'nothing',
      'a secret, or ClientSecretFile, for client_secret_post',
    ],
    [
      'TokenEndpoint',
      { TokenEndpoint: undefined },
      'CFG-001',
      'nothing',
      'the URL of the token endpoint, or Issuer, where it is to be found out',
    ],
    [
      'PrivateKey',
      { ClientAuthentication: 'private_key_jwt', ClientSecret: undefined },
      'CFG-001',
      'nothing',
      'a PEM or a JWK, or PrivateKeyFile, for private_key_jwt',
    ],
    [
      'DicomWebRoot',
      { DicomWebRoot: 'https://other' },
      'CFG-105',
      'both Url and DicomWebRoot',
      'one of the two: they are names of one key',
    ],
    [
      'ClientSecret',
      { ClientSecret: '${NOT_SET}' },
      'CFG-003',
      '${NOT_SET}, which is not set',
      'the environment variable NOT_SET, or a default: ${NOT_SET:-…}',
    ],
  ])('%s: %j is refused', async (key, server, code, found, expected) => {
    const text = configurationText(server)
    const error = await onlyError(text)
    const nested = key === 'ExtraParameters' ? '.max_age' : ''
    expect(error).toMatchObject({ code, found, expected, path: `${IN_SERVER}.${key}${nested}` })
    const place = nested ? '"max_age"' : `"${key}"`
    expect(error).toHaveProperty('line', text.includes(place) ? lineOf(text, place) : lineOf(text, '"pacs"'))
  })
})
