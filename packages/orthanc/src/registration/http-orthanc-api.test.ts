import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OrthancOAuthError, Secret } from '@orthanc-oauth/core'
import {
  answer,
  type Behaviour,
  certificates,
  garbage,
  huge,
  json,
  leaks,
  refusingPort,
  reset,
  startFaultServer,
  temporaryFolder,
  truncate,
} from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import type { OrthancConnection } from '../configuration/orthanc-connection.ts'
import { httpOrthancApi } from './http-orthanc-api.ts'
import type { OrthancApi } from './orthanc-api.ts'

const PASSWORD = 'password of Orthanc'
const OF_DEFINITION = 'password of a definition'
const definition = {
  Url: 'http://bridge/pacs/',
  Username: 'bridge',
  Password: new Secret(OF_DEFINITION),
  HttpHeaders: { 'X-Key': new Secret('key of a definition') },
  CertificateKeyPassword: new Secret('key password of a definition'),
  Timeout: 60,
  properties: { HasDelete: true, Note: 'n', Number: 5 },
}

const apiAt = (url: string, more: Partial<OrthancConnection> = {}) =>
  httpOrthancApi({
    url: `${url}/`,
    dicomWebRoot: 'dicom-web',
    username: 'user',
    password: new Secret(PASSWORD),
    ...more,
  })

async function failure(call: Promise<unknown>): Promise<OrthancOAuthError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof OrthancOAuthError) return error
  throw new Error('No error of ours', { cause: error })
}

const calls: readonly (readonly [string, (api: OrthancApi) => Promise<unknown>])[] = [
  ['servers', (api) => api.servers()],
  ['put', (api) => api.put('pacs', definition)],
  ['delete', (api) => api.delete('pacs')],
]

describe('httpOrthancApi', () => {
  test('lists the servers as Orthanc shows them, and asks with its password', async () => {
    await using orthanc = await startFaultServer()
    orthanc.nextAt('/system', json({ Version: '1.10.1' }))
    orthanc.nextAt(
      '/dicom-web/servers',
      json({
        pacs: {
          Url: 'http://a/',
          Username: 'u',
          Password: null,
          HttpHeaders: ['X-Key'],
          Timeout: 0,
          Pkcs11: false,
          HasDelete: '1',
        },
        other: { Url: 'http://b/', HttpHeaders: [], Timeout: 55 },
        ['x'.repeat(3)]: null,
      }),
    )
    expect([...(await apiAt(orthanc.url).servers())]).toEqual([
      ['pacs', { Url: 'http://a/', Username: 'u', headerNames: ['X-Key'], properties: { HasDelete: '1' } }],
      ['other', { Url: 'http://b/', headerNames: [], Timeout: 55, properties: {} }],
    ])
    expect(orthanc.requests.map(({ target }) => target)).toEqual(['/system', '/dicom-web/servers?expand'])
    for (const request of orthanc.requests)
      expect(request.values('authorization')).toEqual([`Basic ${btoa(`user:${PASSWORD}`)}`])
  })

  test('puts the whole definition, its name as one segment of the path', async () => {
    await using orthanc = await startFaultServer()
    orthanc.always(answer({ body: '{}' }))
    const api = apiAt(`${orthanc.url}/behind/a/proxy`, { dicomWebRoot: 'web/root' })
    await api.put('a b?c', definition)
    await api.delete('a b?c')
    const [put, deleted] = orthanc.requests
    expect([put?.method, put?.target]).toEqual(['PUT', '/behind/a/proxy/web/root/servers/a%20b%3Fc'])
    expect([deleted?.method, deleted?.target]).toEqual(['DELETE', '/behind/a/proxy/web/root/servers/a%20b%3Fc'])
    expect(JSON.parse(put?.text() ?? '')).toEqual({
      Url: 'http://bridge/pacs/',
      Username: 'bridge',
      Password: OF_DEFINITION,
      HttpHeaders: { 'X-Key': 'key of a definition' },
      CertificateKeyPassword: 'key password of a definition',
      Timeout: 60,
      HasDelete: true,
      Note: 'n',
      Number: 5,
    })
  })

  test('without a user nothing is said of one', async () => {
    await using orthanc = await startFaultServer()
    orthanc.always(answer({ body: '{}' }))
    await httpOrthancApi({ url: `${orthanc.url}/`, dicomWebRoot: 'dicom-web' }).servers()
    expect(orthanc.requests.flatMap((request) => request.values('authorization'))).toEqual([])
  })

  test.each([400, 404])('to delete what is not there (%d) is no error', async (status) => {
    await using orthanc = await startFaultServer()
    orthanc.always(answer({ status }))
    await expect(apiAt(orthanc.url).delete('pacs')).resolves.toBeUndefined()
  })

  describe.each(calls)('%s', (_, call) => {
    test.each<[string, Behaviour, string, boolean]>([
      ['401', answer({ status: 401, body: PASSWORD }), 'AUTH-100', false],
      ['403', answer({ status: 403, body: OF_DEFINITION }), 'AUTH-100', false],
      ['500', answer({ status: 500, body: OF_DEFINITION }), 'NET-100', true],
      ['503', answer({ status: 503 }), 'NET-100', true],
      ['a redirect', answer({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }), 'NET-100', true],
      ['a reset', reset(), 'NET-100', true],
      ['what is no HTTP', garbage(), 'NET-100', true],
      ['an answer that is cut off', truncate({ body: '{"a": 1}' }, 3), 'NET-100', true],
      ['an answer without end', huge(5 << 20), 'NET-100', true],
    ])('maps %s', async (_, behaviour, code, retryable) => {
      await using orthanc = await startFaultServer()
      orthanc.always(behaviour)
      const error = await failure(call(apiAt(orthanc.url)))
      expect(error).toMatchObject({ code, retryable })
      expect(error.message).toContain(orthanc.url)
      expect(leaks(error, [PASSWORD, OF_DEFINITION, 'key of a definition'])).toEqual([])
      expect(orthanc.requests).toHaveLength(1)
    })

    test('maps a port that refuses', async () => {
      await using port = await refusingPort()
      const error = await failure(call(apiAt(`http://127.0.0.1:${port.port}`)))
      expect(error).toMatchObject({
        code: 'NET-100',
        retryable: true,
        message: expect.stringContaining('(ECONNREFUSED)'),
      })
    })

    test('an Orthanc whose certificate does not verify is told nothing, and the error says what to do', async () => {
      const { selfSigned } = await certificates()
      await using orthanc = await startFaultServer({ tls: selfSigned })
      const error = await failure(call(apiAt(orthanc.url)))
      expect(error).toMatchObject({
        code: 'NET-003',
        retryable: false,
        troubleshooting: [expect.stringContaining('Orthanc.CaFile')],
      })
      expect(orthanc.bytesReceived).toBe(0)
    })
  })

  test('a certificate of the CA in CaFile is trusted', async () => {
    const { server, ca } = await certificates()
    await using folder = await temporaryFolder()
    const caFile = join(folder.path, 'ca.pem')
    await writeFile(caFile, ca.certificate)
    await using orthanc = await startFaultServer({ tls: server })
    orthanc.always(answer({ body: '{}' }))
    expect(await apiAt(orthanc.url, { caFile }).servers()).toEqual(new Map())
  })

  test.each([
    ['an HTML page', '<html>'],
    ['a string', '"text"'],
    ['nothing', ''],
  ])('%s in the place of the list is a retryable error', async (_, body) => {
    await using orthanc = await startFaultServer()
    orthanc.always(answer({ body }))
    const error = await failure(apiAt(orthanc.url).servers())
    expect(error).toMatchObject({ code: 'NET-100', retryable: true })
    expect(error.cause).toBeUndefined() // V8 puts a piece of the text into its own
  })

  test('a missing DICOMweb plugin is said by what to do', async () => {
    await using orthanc = await startFaultServer()
    orthanc.nextAt('/dicom-web/servers', answer({ status: 404 }))
    orthanc.nextAt('/system', json({}))
    const error = await failure(apiAt(orthanc.url).servers())
    expect(error).toMatchObject({
      code: 'NET-100',
      retryable: true,
      troubleshooting: [expect.stringContaining('DICOMweb plugin')],
    })
  })

  test('a definition that Orthanc does not take is said by its status alone', async () => {
    await using orthanc = await startFaultServer()
    orthanc.always(answer({ status: 400, body: OF_DEFINITION }))
    const error = await failure(apiAt(orthanc.url).put('pacs', definition))
    expect(error).toMatchObject({
      code: 'AUTH-100',
      retryable: false,
      message: `Orthanc refused with 400: PUT ${orthanc.url}/dicom-web/servers/pacs`,
    })
    expect(leaks(error, [OF_DEFINITION])).toEqual([])
  })
})
