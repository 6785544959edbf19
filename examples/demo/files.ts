import { dicomFiles, multiFrame } from '@orthanc-oauth/testing'

export interface DemoFile {
  readonly bytes: Uint8Array
  /** Hex. */
  readonly sha256: string
  readonly studyInstanceUid: string
}

export function sizeOf(files: readonly DemoFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

/** Those of test/dicom, and a multi-frame of more than 50 MB, made now. */
export async function demoFiles(): Promise<readonly DemoFile[]> {
  return [...(await dicomFiles()), await multiFrame()]
}
