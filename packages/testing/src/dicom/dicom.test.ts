import { describe, expect, test } from 'vitest'
import { dicomFiles } from './dicom-files.ts'
import { readDicomHeader } from './dicom-header.ts'
import { multiFrame } from './multi-frame.ts'

describe('the files of this project', () => {
  test('are at most 3 MB, each an instance of its own', async () => {
    const files = await dicomFiles()
    expect(files.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(3_000_000)
    expect(new Set(files.map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(files.length)
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(files.length)
  })

  test('cover ten transfer syntaxes and eleven modalities', async () => {
    const files = await dicomFiles()
    expect(new Set(files.map(({ transferSyntaxUid }) => transferSyntaxUid)).size).toBe(10)
    expect(new Set(files.map(({ modality }) => modality)).size).toBe(11)
  })

  test.each([
    ['chrFren.dcm', 'Buc^Jérôme'], // ISO 8859-1
    ['chrX1.dcm', 'Wang^XiaoDong=王^小東='], // UTF-8
    ['image_dfl.dcm', '^^^^'], // deflated
    ['ExplVR_BigEnd.dcm', 'Anonymized'],
  ])('%s: the patient is %s', async (name, patient) => {
    const file = (await dicomFiles()).find((candidate) => candidate.name === name)
    expect(readDicomHeader(file?.bytes ?? new Uint8Array()).value('00100010')).toBe(patient)
  })
})

test('what is no DICOM file is refused', () => {
  expect(() => readDicomHeader(new Uint8Array(1_000))).toThrow()
})

describe('a multi-frame made by code', () => {
  test('has the size asked for, and UIDs of its own each time', async () => {
    const [one, other] = [await multiFrame(600_000), await multiFrame(600_000)]
    expect(one.frames).toBe(2)
    expect(one.bytes.length).toBeGreaterThan(2 * 512 * 512 * 2)
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = readDicomHeader(one.bytes)
    expect(one).toMatchObject({ studyInstanceUid, seriesInstanceUid, sopInstanceUid })
    expect(other.sopInstanceUid).not.toBe(sopInstanceUid)
    expect(other.sha256).not.toBe(one.sha256)
  })

  test('says in its header what its pixel data is', async () => {
    const { bytes, frames } = await multiFrame(600_000)
    const header = readDicomHeader(bytes)
    expect([header.unsignedShort('00280010'), header.unsignedShort('00280011')]).toEqual([512, 512])
    expect(header.value('00280008')).toBe(String(frames))
  })
})
