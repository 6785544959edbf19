import { dicomFiles, multiFrame } from '@orthanc-oauth/testing'

/** A study of real files. */
export interface Study {
  readonly studyInstanceUid: string
  readonly files: readonly Uint8Array[]
  /** SHA-256 (hex) of each of them. */
  readonly hashes: ReadonlySet<string>
}

interface File {
  readonly studyInstanceUid: string
  readonly bytes: Uint8Array
  readonly sha256: string
}

/** Bytes of a multi-frame: many pieces of a stream, and no long standstill of the thread that issuer and servers share. */
const MULTI_FRAME = 10_000_000

/** Those of test/dicom, and a multi-frame made by code. */
export async function studies(): Promise<readonly Study[]> {
  const files: readonly File[] = [await multiFrame(MULTI_FRAME), ...(await dicomFiles())]
  return [...Map.groupBy(files, ({ studyInstanceUid }) => studyInstanceUid)].map(([studyInstanceUid, ofStudy]) => ({
    studyInstanceUid,
    files: ofStudy.map(({ bytes }) => bytes),
    hashes: new Set(ofStudy.map(({ sha256 }) => sha256)),
  }))
}
