/** Who stores at the protected server, queries it and retrieves from it, through the bridge. */
export interface Hospital {
  /** What plays it. */
  readonly name: string
  upload(file: Uint8Array): Promise<void>
  /** STOW-RS of all that it has, study by study. */
  stow(): Promise<void>
  /** QIDO-RS. @returns the Study Instance UIDs of all studies at the server */
  studies(): Promise<readonly string[]>
  /** Forgets all that it has. */
  empty(): Promise<void>
  /** WADO-RS of whole studies, a request for each. */
  retrieve(studyInstanceUids: readonly string[]): Promise<void>
  /** SHA-256 (hex) of every file that it has. */
  hashes(): Promise<ReadonlySet<string>>
}

/** The attribute of a QIDO answer that says which study it is (DICOM PS3.18, annex F). */
const STUDY_INSTANCE_UID = '0020000D'

/** @param answer of a search for studies: an array of data sets in the DICOM JSON model */
export function studyInstanceUids(answer: unknown): readonly string[] {
  const studies = answer as readonly Readonly<Record<string, { readonly Value?: readonly string[] }>>[]
  return studies.flatMap((study) => study[STUDY_INSTANCE_UID]?.Value ?? [])
}
