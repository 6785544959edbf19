import type { LaunchedOrthanc } from '@orthanc-oauth/testing'
import { type Hospital, studyInstanceUids } from './hospital.ts'

/** A real Orthanc, told by its own REST API to talk to a server that it knows by name. */
export function orthancHospital(orthanc: LaunchedOrthanc, server: string): Hospital {
  return {
    name: "the hospital's Orthanc",
    async upload(file) {
      await orthanc.upload(file)
    },
    async stow() {
      for (const study of await orthanc.json<string[]>('/studies')) await orthanc.stow(server, [study])
    },
    studies: async () => studyInstanceUids(await orthanc.qido(server, '/studies')),
    async empty() {
      await orthanc.deleteAll()
      const left = await orthanc.instances()
      if (left.length > 0) throw new Error(`Orthanc kept ${left.length} instances`)
    },
    async retrieve(studyInstanceUids) {
      // One job for all, whose requests begin one after the other: each job takes Orthanc half a second by itself.
      const studies = studyInstanceUids.map((uid) => ({ Study: uid }))
      await orthanc.retrieve(server, studies)
    },
    hashes: () => orthanc.hashes(),
  }
}
