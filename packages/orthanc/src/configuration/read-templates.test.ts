import type { Secret } from '@orthanc-oauth/core'
import { describe, expect, test } from 'vitest'
import { definitionToJson } from '../registration/definition-json.ts'
import { configurationText, written } from './written.fixture.ts'

async function template(definition: unknown) {
  const text = configurationText({}, {}, { DicomWeb: { Servers: { pacs: definition, other: ['https://other'] } } })
  await using files = await written(text)
  const { templates, warnings } = await files.read()
  expect([...templates.keys()]).toEqual(['pacs'])
  return { template: templates.get('pacs'), warnings }
}

const restored = (found: Awaited<ReturnType<typeof template>>) =>
  found.template && JSON.parse(definitionToJson(found.template.definition))

describe('a definition of the same name in DicomWeb.Servers', () => {
  test('is the template, with everything that it says', async () => {
    const definition = {
      Url: 'https://pacs.example/dicom-web/',
      Username: 'user',
      Password: 'password',
      HttpHeaders: { 'Ocp-Apim-Subscription-Key': 'key', Authorization: 'Basic dTpw' },
      CertificateFile: '/client.pem',
      CertificateKeyFile: '/client.key',
      CertificateKeyPassword: 'of the key',
      Timeout: 30,
      HasDelete: true,
      ChunkedTransfers: false,
      Note: 'text',
      Number: 5,
    }
    const found = await template(definition)
    expect(restored(found)).toEqual(definition)
    const { headers = {}, tls } = found.template ?? {}
    expect(Object.entries(headers).map(([name, value]) => [name, value.reveal()])).toEqual([
      ['ocp-apim-subscription-key', 'key'],
    ])
    expect({ ...tls, keyPassword: (tls?.keyPassword as Secret | undefined)?.reveal() }).toEqual({
      certificateFile: '/client.pem',
      keyFile: '/client.key',
      keyPassword: 'of the key',
    })
  })

  test('may have the array form', async () => {
    expect(restored(await template(['https://pacs.example/', 'user', 'password']))).toEqual({
      Url: 'https://pacs.example/',
      Username: 'user',
      Password: 'password',
    })
  })

  test.each(['Bearer abc', 'DPoP abc', 'abc'])('never brings a token back: Authorization %s', async (Authorization) => {
    const found = await template({ Url: 'https://pacs.example/', HttpHeaders: { authorization: Authorization } })
    expect(restored(found)).toEqual({ Url: 'https://pacs.example/' })
    expect(found.template?.headers).toEqual({})
  })

  test.each(['X Key', 'X-Key\r\nAuthorization'])('a header that is none is warned of: %j', async (name) => {
    const found = await template({ Url: 'https://pacs.example/', HttpHeaders: { [name]: 'x' } })
    expect(found.template?.headers).toEqual({})
    expect(found.warnings).toMatchObject([{ server: 'pacs', message: expect.stringContaining('it is no HTTP header') }])
  })

  test('on a smart card is warned of', async () => {
    const found = await template({ Url: 'https://pacs.example/', Pkcs11: true })
    expect(found.warnings).toMatchObject([{ location: { path: 'DicomWeb.Servers.pacs.Pkcs11' } }])
  })

  test.each([5, {}, []])('that is none is refused: %j', async (definition) => {
    const text = configurationText({}, {}, { DicomWeb: { Servers: { pacs: definition } } })
    await using files = await written(text)
    expect((await files.errors()).errors).toMatchObject([
      { code: 'CFG-002', details: { path: 'DicomWeb.Servers.pacs' } },
    ])
  })
})
