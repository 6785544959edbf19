import { existsSync, readFileSync } from 'node:fs'
import { json, startFaultServer } from '@orthanc-oauth/testing-contracts'
import { describe, expect, test } from 'vitest'
import { dicomFiles } from '../dicom/dicom-files.ts'
import { multiFrame } from '../dicom/multi-frame.ts'
import { temporaryFolder } from '../process/temporary-folder.ts'
import { orthancAvailable } from './find-orthanc.ts'
import { startOrthanc } from './start-orthanc.ts'

describe.skipIf(!orthancAvailable())('a launched Orthanc', () => {
  test('answers those alone who know its password, with the DICOMweb plugin and no other', async () => {
    await using orthanc = await startOrthanc({ servers: { remote: ['http://127.0.0.1:1/', 'user', 'password'] } })
    expect((await fetch(`${orthanc.url}/system`)).status).toBe(401)
    expect(new Set(await orthanc.json<string[]>('/plugins'))).toEqual(new Set(['dicom-web', 'explorer.js']))
    expect((await orthanc.servers()).remote).toMatchObject({ Url: 'http://127.0.0.1:1/', Username: 'user' })
  })

  test('gives back every file of this project byte for byte, and forgets them when told', async () => {
    await using orthanc = await startOrthanc()
    const files = await dicomFiles()
    for (const { bytes } of files) await orthanc.upload(bytes)
    expect(await orthanc.hashes()).toEqual(new Set(files.map(({ sha256 }) => sha256)))
    await orthanc.deleteAll()
    expect(await orthanc.instances()).toEqual([])
  })

  test('stores a multi-frame of more than 50 MB and gives back the same bytes', async () => {
    await using orthanc = await startOrthanc()
    const { bytes, sha256, frames } = await multiFrame()
    expect(bytes.length).toBeGreaterThan(50_000_000)
    const id = await orthanc.upload(bytes)
    expect(await orthanc.hashes()).toEqual(new Set([sha256]))
    expect(await orthanc.json(`/instances/${id}/simplified-tags`)).toMatchObject({ NumberOfFrames: String(frames) })
  })

  test.each(['stop', 'kill'] as const)(
    'started again after a %s it has its ports, its files and its servers',
    async (end) => {
      await using orthanc = await startOrthanc({ servers: { remote: { Url: 'http://127.0.0.1:1/' } } })
      const [file] = await dicomFiles()
      await orthanc.upload(file?.bytes ?? new Uint8Array())
      await orthanc.json('/dicom-web/servers/added', { method: 'PUT', body: { Url: 'http://127.0.0.1:2/' } })
      await orthanc[end]()
      await expect(orthanc.instances()).rejects.toThrow('fetch failed')
      await orthanc.start()
      expect(await orthanc.hashes()).toEqual(new Set([file?.sha256]))
      expect(Object.keys(await orthanc.servers())).toEqual(['remote'])
      expect(orthanc.log.match(/Orthanc has started/g)).toHaveLength(2)
    },
  )

  test('talks to a server of its configuration, with the password of its definition', async () => {
    await using server = await startFaultServer()
    server.always(json([]))
    await using orthanc = await startOrthanc({ servers: { remote: [`${server.url}/dicom-web/`, 'user', 'password'] } })
    expect(await orthanc.qido('remote', '/studies', { PatientID: 'a b' })).toEqual([])
    expect(server.requests[0]?.target).toBe('/dicom-web/studies?PatientID=a%20b')
    expect(server.requests[0]?.values('authorization')).toEqual([`Basic ${btoa('user:password')}`])
  })

  test('its most detailed log is there for who asks for it', async () => {
    await using orthanc = await startOrthanc({ trace: true })
    expect(orthanc.log).toMatch(/^T\d{4} /m)
  })

  test('leaves no folder behind, but the one that it was given', async () => {
    await using kept = await temporaryFolder()
    const [own, given] = [await startOrthanc(), await startOrthanc({ folder: kept.path })]
    for (const orthanc of [own, given]) {
      expect(existsSync(orthanc.configurationFile)).toBe(true)
      await orthanc[Symbol.asyncDispose]()
    }
    expect([existsSync(own.folder), existsSync(given.folder)]).toEqual([false, true])
    expect(readFileSync(given.configurationFile, 'utf8')).toContain('RegisteredUsers')
  })

  test('a configuration that it refuses is an error with the reason', async () => {
    await expect(startOrthanc({ configuration: { HttpPort: 'none' } })).rejects.toThrow('HttpPort')
  })
})
