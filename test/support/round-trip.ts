import { createHash } from 'node:crypto'
import type { LaunchedOrthanc } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import type { Study } from './study.ts'

interface Resource {
  readonly ID: string
}

/** Requests that the server sees in one round trip: STOW, QIDO, WADO. */
export const REQUESTS_OF_A_ROUND_TRIP = 3
/** DELETE, QIDO. */
export const REQUESTS_OF_A_DELETION = 2

/**
 * STOW, QIDO, and WADO into an Orthanc that has forgotten the study, by Orthanc's own REST API. Afterwards the hospital
 * does not know it.
 *
 * @throws where a request fails, or anything but the same bytes comes back
 */
export async function roundTrip(orthanc: LaunchedOrthanc, server: string, study: Study): Promise<void> {
  const { studyInstanceUid, files, hashes } = study
  for (const file of files) await orthanc.upload(file)
  await orthanc.stow(server, [await localStudy(orthanc, studyInstanceUid)])
  expect(await listed(orthanc, server, study)).toBe(true)
  await forget(orthanc, studyInstanceUid)
  await orthanc.retrieve(server, [{ Study: studyInstanceUid }])
  expect(await localHashes(orthanc, studyInstanceUid)).toEqual(hashes)
  await forget(orthanc, studyInstanceUid)
}

/** DELETE, and a QIDO that no longer finds the study. @throws where it fails */
export async function deletion(orthanc: LaunchedOrthanc, server: string, study: Study): Promise<void> {
  await orthanc.deleteRemoteStudy(server, study.studyInstanceUid)
  expect(await listed(orthanc, server, study)).toBe(false)
}

async function listed(orthanc: LaunchedOrthanc, server: string, { studyInstanceUid }: Study): Promise<boolean> {
  const found = (await orthanc.qido(server, '/studies', { StudyInstanceUID: studyInstanceUid })) as unknown[]
  expect(found.length).toBeLessThanOrEqual(1)
  return found.length === 1
}

/** @returns Orthanc's identifier */
async function localStudy(orthanc: LaunchedOrthanc, studyInstanceUid: string): Promise<string> {
  const found = await orthanc.json<Resource[]>('/tools/lookup', { method: 'POST', body: studyInstanceUid })
  expect(found).toHaveLength(1)
  return found[0]?.ID ?? ''
}

async function forget(orthanc: LaunchedOrthanc, studyInstanceUid: string): Promise<void> {
  const study = await localStudy(orthanc, studyInstanceUid)
  await orthanc.json(`/studies/${study}`, { method: 'DELETE' })
}

async function localHashes(orthanc: LaunchedOrthanc, studyInstanceUid: string): Promise<Set<string>> {
  const study = await localStudy(orthanc, studyInstanceUid)
  const instances = await orthanc.json<Resource[]>(`/studies/${study}/instances`)
  const files = await Promise.all(instances.map(({ ID }) => orthanc.file(ID)))
  return new Set(files.map((file) => createHash('sha256').update(file).digest('hex')))
}
