import { startEmbeddedDicomWeb, startOrthanc } from '@orthanc-oauth/testing'

/** A DICOMweb server that asks for no token: it stands behind one that does. */
export interface Pacs extends AsyncDisposable {
  readonly name: string
  readonly dicomWebUrl: string
  /** What it asks for itself. */
  readonly authorization?: string
  /** How many instances it has. */
  stored(): Promise<number>
}

export async function startOrthancPacs(): Promise<Pacs> {
  const orthanc = await startOrthanc()
  return {
    name: 'a real Orthanc',
    dicomWebUrl: orthanc.dicomWebUrl,
    authorization: orthanc.authorization,
    stored: async () => (await orthanc.instances()).length,
    [Symbol.asyncDispose]: () => orthanc[Symbol.asyncDispose](),
  }
}

export async function startEmbeddedPacs(): Promise<Pacs> {
  const embedded = await startEmbeddedDicomWeb()
  return {
    name: 'a small embedded DICOMweb server',
    dicomWebUrl: embedded.dicomWebUrl,
    stored: async () => embedded.instances.length,
    [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
  }
}
