import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DicomHeader, readDicomHeader } from './dicom-header.ts'

/** A real DICOM file of this project. */
export interface DicomFile extends Pick<DicomHeader, (typeof UIDS)[number]> {
  readonly name: string
  readonly path: string
  readonly bytes: Buffer
  /** Hex. */
  readonly sha256: string
  readonly modality: string | undefined
}

const UIDS = ['studyInstanceUid', 'seriesInstanceUid', 'sopInstanceUid', 'sopClassUid', 'transferSyntaxUid'] as const

const FOLDER = fileURLToPath(new URL('../../../../test/dicom/', import.meta.url))

/** The files in test/dicom, by name: most modalities and transfer syntaxes, 2.9 MB in all. */
export async function dicomFiles(): Promise<DicomFile[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.dcm')).sort()
  return Promise.all(names.map((name) => dicomFile(name)))
}

async function dicomFile(name: string): Promise<DicomFile> {
  const path = join(FOLDER, name)
  const bytes = await readFile(path)
  const header = readDicomHeader(bytes)
  return {
    name,
    path,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    modality: header.value('00080060'),
    studyInstanceUid: header.studyInstanceUid,
    seriesInstanceUid: header.seriesInstanceUid,
    sopInstanceUid: header.sopInstanceUid,
    sopClassUid: header.sopClassUid,
    transferSyntaxUid: header.transferSyntaxUid,
  }
}
