import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { type DicomFile, dicomFiles } from '../dicom/dicom-files.ts'
import { multiFrame } from '../dicom/multi-frame.ts'
import { orthancAvailable } from '../orthanc-launcher/find-orthanc.ts'
import { startOrthanc } from '../orthanc-launcher/start-orthanc.ts'
import type { JsonDataset } from './attributes.ts'
import { startEmbeddedDicomWeb } from './embedded-dicomweb.ts'
import { readParts } from './multipart-related.ts'

const BOUNDARY = 'a boundary'
const CONTENT_TYPE = `multipart/related; type="application/dicom"; boundary="${BOUNDARY}"`

type Sequence = { readonly Value: readonly JsonDataset[] }
type StowAnswer = { readonly '00081198'?: Sequence; readonly '00081199'?: Sequence }

function multipart(...parts: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  const framed = parts.flatMap((part) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
    part,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...framed, Buffer.from(`--${BOUNDARY}--\r\n`)])
}

function post(url: string, body: Uint8Array<ArrayBuffer>, contentType = CONTENT_TYPE): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body })
}

/** SHA-256 of the parts of a WADO-RS answer. */
async function retrieve(url: string): Promise<string[]> {
  const answer = await fetch(url, {
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  })
  const boundary = /boundary=([^;]+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? ''
  return readParts(Readable.from(Buffer.from(await answer.arrayBuffer())), boundary, async (part) => {
    const hash = createHash('sha256')
    for await (const piece of part) hash.update(piece)
    return hash.digest('hex')
  })
}

/** Every file of this project, stored in one request. */
async function filledServer() {
  const server = await startEmbeddedDicomWeb()
  const files = await dicomFiles()
  const answer = await post(`${server.dicomWebUrl}studies`, multipart(...files.map(({ bytes }) => bytes)))
  return { server, files, answer }
}

const file = (files: readonly DicomFile[], name: string): DicomFile => {
  const found = files.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`No ${name}`)
  return found
}

describe('store', () => {
  test('every file of this project is stored, and listed in the answer in the order of the request', async () => {
    const { server, files, answer } = await filledServer()
    await using _ = server
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/dicom+json'])
    const { '00081198': failed, '00081199': stored } = (await answer.json()) as StowAnswer
    expect(failed).toBeUndefined()
    expect(stored?.Value.map((item) => item['00081155']?.Value?.[0])).toEqual(
      files.map(({ sopInstanceUid }) => sopInstanceUid),
    )
  })

  test('what is no DICOM file is told apart from what was stored', async () => {
    await using server = await startEmbeddedDicomWeb()
    const { bytes } = file(await dicomFiles(), 'CT_small.dcm')
    const answer = await post(`${server.dicomWebUrl}studies`, multipart(bytes, Buffer.from('not DICOM')))
    const { '00081198': failed, '00081199': stored } = (await answer.json()) as StowAnswer
    expect([answer.status, failed?.Value.length, stored?.Value.length]).toEqual([202, 1, 1])
    expect(failed?.Value[0]?.['00081197']?.Value).toEqual([0xc000])
  })

  test('an instance of another study than that of the URL is not stored', async () => {
    await using server = await startEmbeddedDicomWeb()
    const { bytes } = file(await dicomFiles(), 'CT_small.dcm')
    expect((await post(`${server.dicomWebUrl}studies/1.2.3`, multipart(bytes))).status).toBe(409)
    expect(server.instances).toEqual([])
  })

  test('the same instance again replaces the first', async () => {
    await using server = await startEmbeddedDicomWeb()
    const { bytes } = file(await dicomFiles(), 'CT_small.dcm')
    expect((await post(`${server.dicomWebUrl}studies`, multipart(bytes, bytes))).status).toBe(200)
    expect(server.instances.length).toBe(1)
  })

  test('a body that ends before its last boundary is refused, without its last part', async () => {
    await using server = await startEmbeddedDicomWeb()
    const [one, other] = await dicomFiles()
    const whole = multipart(one?.bytes ?? Buffer.alloc(0), other?.bytes ?? Buffer.alloc(0))
    expect((await post(`${server.dicomWebUrl}studies`, whole.subarray(0, -5_000))).status).toBe(400)
    expect(server.instances.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([one?.sopInstanceUid])
  })

  test('a client that goes in the middle leaves the server as it was', async () => {
    await using server = await startEmbeddedDicomWeb()
    const { bytes } = file(await dicomFiles(), 'CT_small.dcm')
    const outgoing = request(`${server.dicomWebUrl}studies`, {
      method: 'POST',
      headers: { 'content-type': CONTENT_TYPE },
    })
    outgoing.on('error', () => {})
    await new Promise((sent) => outgoing.write(multipart(bytes).subarray(0, 20_000), sent))
    outgoing.destroy()
    expect((await post(`${server.dicomWebUrl}studies`, multipart(bytes))).status).toBe(200)
    expect(server.instances.length).toBe(1)
  })

  test('any other body is refused by its type', async () => {
    await using server = await startEmbeddedDicomWeb()
    const url = `${server.dicomWebUrl}studies`
    expect((await post(url, Buffer.from('{}'), 'application/json')).status).toBe(415)
    expect((await post(url, Buffer.from(''), CONTENT_TYPE.replace('application/dicom', 'image/jpeg'))).status).toBe(415)
  })

  test('the body is asked for by a 100 where the client waits for one', async () => {
    await using server = await startEmbeddedDicomWeb()
    const { bytes } = file(await dicomFiles(), 'CT_small.dcm')
    const headers = { 'content-type': CONTENT_TYPE, expect: '100-continue' }
    const outgoing = request(`${server.dicomWebUrl}studies`, { method: 'POST', headers, agent: false })
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    const [answered] = await once(outgoing.end(multipart(bytes)), 'response')
    expect(answered.resume().statusCode).toBe(200)
  })
})

describe('search', () => {
  test('studies, series and instances with what the standard wants of each', async () => {
    const { server, files } = await filledServer()
    await using _ = server
    const url = server.dicomWebUrl
    const { studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid } = file(files, 'CT_small.dcm')
    const get = async (path: string) => (await fetch(url + path)).json() as Promise<JsonDataset[]>
    expect(await get(`studies?StudyInstanceUID=${study}`)).toMatchObject([
      {
        '00080061': { vr: 'CS', Value: ['CT'] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: 'CompressedSamples^CT1' }] },
        '00100020': { vr: 'LO', Value: ['1CT1'] },
        '00081190': { vr: 'UR', Value: [`${url}studies/${study}`] },
        '00201206': { vr: 'IS', Value: [1] },
        '00201208': { vr: 'IS', Value: [1] },
      },
    ])
    expect(await get(`studies/${study}/series`)).toMatchObject([
      { '00080060': { Value: ['CT'] }, '0020000E': { Value: [series] }, '00201209': { Value: [1] } },
    ])
    expect(await get(`studies/${study}/series/${series}/instances`)).toMatchObject([
      { '00080018': { Value: [sopInstanceUid] }, '00280010': { vr: 'US', Value: [128] } },
    ])
    expect(await get('instances')).toHaveLength(files.length)
    expect(await get('series')).toHaveLength(new Set(files.map((each) => each.seriesInstanceUid)).size)
  })

  test('names keep their characters', async () => {
    const { server, files } = await filledServer()
    await using _ = server
    const study = file(files, 'chrX1.dcm').studyInstanceUid
    const answer = await fetch(`${server.dicomWebUrl}studies?0020000D=${study}`)
    const [found] = (await answer.json()) as JsonDataset[]
    expect(found?.['00100010']?.Value).toEqual([{ Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小東' }])
  })

  test('matches by PatientID and lists of UIDs, and gives page after page', async () => {
    const { server, files } = await filledServer()
    await using _ = server
    const count = async (query: string) => {
      const answer = await fetch(`${server.dicomWebUrl}instances?${query}`)
      return ((await answer.json()) as JsonDataset[]).length
    }
    const [one, other] = files.map(({ sopInstanceUid }) => sopInstanceUid)
    expect(await count('PatientID=8NM1')).toBe(3)
    expect(await count('PatientID=nobody')).toBe(0)
    expect(await count(`SOPInstanceUID=${one},${other}&includefield=all`)).toBe(2)
    expect([await count('limit=10'), await count(`offset=20&limit=10`)]).toEqual([10, files.length - 20])
  })

  test('what it cannot match is refused, not ignored', async () => {
    await using server = await startEmbeddedDicomWeb()
    expect((await fetch(`${server.dicomWebUrl}studies?StudyDate=20260101`)).status).toBe(400)
    expect((await fetch(`${server.dicomWebUrl}studies?limit=many`)).status).toBe(400)
  })
})

describe('retrieve and delete', () => {
  test('a study, a series and an instance come back byte for byte', async () => {
    const { server, files } = await filledServer()
    await using _ = server
    for (const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sha256 } of files) {
      const study = `${server.dicomWebUrl}studies/${studyInstanceUid}`
      expect(await retrieve(study)).toContain(sha256)
      expect(await retrieve(`${study}/series/${seriesInstanceUid}`)).toContain(sha256)
      expect(await retrieve(`${study}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`)).toEqual([sha256])
    }
  })

  test('a deleted study is gone, the others are not', async () => {
    const { server, files } = await filledServer()
    await using _ = server
    const study = `${server.dicomWebUrl}studies/${file(files, 'CT_small.dcm').studyInstanceUid}`
    expect((await fetch(study, { method: 'DELETE' })).status).toBe(204)
    expect([(await fetch(study)).status, (await fetch(study, { method: 'DELETE' })).status]).toEqual([404, 404])
    expect(server.instances.length).toBe(files.length - 1)
  })

  test('paths and methods that it does not know are refused', async () => {
    await using server = await startEmbeddedDicomWeb()
    const status = async (path: string, method: string) => (await fetch(server.dicomWebUrl + path, { method })).status
    expect(await status('patients', 'GET')).toBe(404)
    expect(await status('../studies', 'GET')).toBe(404)
    expect(await status('studies', 'PUT')).toBe(405)
    expect(await status('studies', 'DELETE')).toBe(405)
    expect(await status('instances', 'POST')).toBe(405)
  })

  test('what is stored outlives a stop', async () => {
    const { server, files } = await filledServer()
    await using _ = server
    await server.stop()
    await server.start()
    expect(await (await fetch(`${server.dicomWebUrl}instances`)).json()).toHaveLength(files.length)
  })
})

describe.skipIf(!orthancAvailable())('with a real Orthanc as its client', () => {
  test('files and a multi-frame of more than 50 MB go there and come back byte for byte', async () => {
    await using server = await startEmbeddedDicomWeb()
    await using orthanc = await startOrthanc({ servers: { remote: { Url: server.dicomWebUrl, HasDelete: true } } })
    const files = await dicomFiles()
    const large = await multiFrame()
    const ids = []
    for (const { bytes } of [...files, large]) ids.push(await orthanc.upload(bytes))
    const hashes = await orthanc.hashes()
    await orthanc.stow('remote', ids)
    expect(server.instances.length).toBe(files.length + 1)

    const found = (await orthanc.qido('remote', '/studies', { PatientID: '8NM1' })) as object[]
    expect(found).toHaveLength(
      new Set(files.filter(({ modality }) => modality === 'NM').map((each) => each.studyInstanceUid)).size,
    )

    await orthanc.deleteAll()
    const studies = new Set([...files, large].map(({ studyInstanceUid }) => studyInstanceUid))
    await orthanc.retrieve(
      'remote',
      [...studies].map((Study) => ({ Study })),
    )
    expect(await orthanc.hashes()).toEqual(hashes)

    await orthanc.deleteRemoteStudy('remote', large.studyInstanceUid)
    expect(server.instances.length).toBe(files.length)
  })
})
