import { Secret } from '@orthanc-oauth/core'
import { describe, expect, test } from 'vitest'
import { configurationText, written } from './written.fixture.ts'

type Json = Readonly<Record<string, unknown>>

async function connection(section: Json, root: Json, env: Readonly<Record<string, string>> = {}) {
  await using files = await written(configurationText({}, section, root))
  const { password, ...rest } = (await files.read(env)).orthanc
  return { ...rest, ...(password instanceof Secret && { password: password.reveal() }) }
}

const users = { RegisteredUsers: { first: 'password 1', second: 'password 2' } }
const url = 'http://127.0.0.1:8042/'
const dicomWebRoot = 'dicom-web'

describe('how to reach Orthanc', () => {
  test.each<[string, Json, Json, Readonly<Record<string, string>>, Json]>([
    ['by its own defaults', {}, {}, {}, { url, dicomWebRoot }],
    [
      'by its own port, first user and root',
      {},
      { HttpPort: 8099, DicomWeb: { Root: '/a/b/' }, ...users },
      {},
      { url: 'http://127.0.0.1:8099/', username: 'first', password: 'password 1', dicomWebRoot: 'a/b' },
    ],
    [
      'by https, at the name that a certificate has',
      {},
      { SslEnabled: true, HttpPort: 8043 },
      {},
      { url: 'https://localhost:8043/', dicomWebRoot },
    ],
    [
      'as the section says',
      { Orthanc: { Url: 'https://orthanc/path', Username: 'x', Password: 'y' } },
      users,
      {},
      { url: 'https://orthanc/path/', username: 'x', password: 'y', dicomWebRoot },
    ],
    [
      'as a user of its own that is not the first',
      { Orthanc: { Username: 'second' } },
      users,
      {},
      { url, username: 'second', password: 'password 2', dicomWebRoot },
    ],
    [
      'as a user whose password nobody says',
      { Orthanc: { Username: 'third' } },
      users,
      {},
      { url, username: 'third', dicomWebRoot },
    ],
    [
      'as the environment says',
      { Orthanc: { Url: 'https://orthanc', Username: 'x', Password: 'y' } },
      users,
      { ORTHANC_URL: 'https://other', ORTHANC_USERNAME: 'e', ORTHANC_PASSWORD: 'f' },
      { url: 'https://other/', username: 'e', password: 'f', dicomWebRoot },
    ],
    [
      'not as an empty environment says',
      { Orthanc: { Url: 'https://orthanc' } },
      users,
      { ORTHANC_URL: '', ORTHANC_USERNAME: '', ORTHANC_PASSWORD: '' },
      { url: 'https://orthanc/', username: 'first', password: 'password 1', dicomWebRoot },
    ],
  ])('%s', async (_, section, root, env, expected) => {
    expect(await connection(section, root, env)).toEqual(expected)
  })

  test.each<[string, Json]>([
    ['HttpPort', { HttpPort: '8042' }],
    ['DicomWeb.Root', { DicomWeb: { Root: 5 } }],
  ])('%s with a bad value is refused', async (path, root) => {
    await using files = await written(configurationText({}, {}, root))
    expect((await files.errors()).errors).toMatchObject([{ code: 'CFG-002', details: { path } }])
  })

  test('a bad ORTHANC_URL is an error of the environment', async () => {
    await using files = await written(configurationText())
    expect((await files.errors({ ORTHANC_URL: 'https://u:p@orthanc' })).errors).toMatchObject([
      { code: 'CFG-104', details: { file: 'environment', path: 'ORTHANC_URL' } },
    ])
  })
})
