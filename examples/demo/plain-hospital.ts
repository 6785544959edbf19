import { createHash } from 'node:crypto'
import { readDicomHeader } from '@orthanc-oauth/testing'
import { type DicomWebClient, dicomWebClient } from './dicomweb-client.ts'
import { type Hospital, studyInstanceUids } from './hospital.ts'

/** For machines without Orthanc: keeps files in memory, and talks DICOMweb itself. */
export function plainHospital(url: string, authorization: string): Hospital {
  const client: DicomWebClient = dicomWebClient(url, authorization)
  let files: Uint8Array[] = []
  return {
    name: 'this demo itself',
    async upload(file) {
      files.push(file)
    },
    async stow() {
      const studies = Map.groupBy(files, (file) => readDicomHeader(file).studyInstanceUid)
      for (const study of studies.values()) await client.store(study)
    },
    studies: async () => studyInstanceUids(await client.search('/studies')),
    async empty() {
      files = []
    },
    async retrieve(studyInstanceUids) {
      for (const uid of studyInstanceUids) files.push(...(await client.retrieve(`/studies/${uid}`)))
    },
    hashes: async () => new Set(files.map((file) => createHash('sha256').update(file).digest('hex'))),
  }
}
