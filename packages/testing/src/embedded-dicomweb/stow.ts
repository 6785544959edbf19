import type { Readable } from 'node:stream'
import { attribute, type JsonDataset } from './attributes.ts'
import type { InstanceStore, StoredInstance } from './instance-store.ts'
import { readParts } from './multipart-related.ts'

/** Failure reason "Cannot understand" (DICOM PS3.18, table 10.5.3-1). */
const CANNOT_UNDERSTAND = 0xc000

export interface StowAnswer {
  readonly status: 200 | 202 | 409
  readonly dataset: object
}

/**
 * Store transaction (DICOM PS3.18, 10.5): each part is stored as soon as it is complete.
 *
 * @param study of the URL, which every instance must belong to
 * @param base URL of this server's DICOMweb root, without a slash at the end
 * @throws where the body ends early
 */
export async function stow(
  store: InstanceStore,
  body: Readable,
  { boundary, study, base }: { boundary: string; study: string | undefined; base: string },
): Promise<StowAnswer> {
  const outcomes = await readParts(body, boundary, (part) => storePart(store, part, study))
  const stored = outcomes.filter((outcome) => outcome !== undefined)
  const failed = outcomes.length - stored.length
  const [first] = stored
  const dataset = {
    ...(first && { '00081190': attribute('UR', `${base}/studies/${first.studyInstanceUid}`) }),
    ...(stored.length > 0 && { '00081199': attribute('SQ', ...stored.map((instance) => reference(instance, base))) }),
    ...(failed > 0 && { '00081198': attribute('SQ', ...Array.from({ length: failed }, failure)) }),
  }
  return { status: failed === 0 ? 200 : stored.length > 0 ? 202 : 409, dataset }
}

async function storePart(
  store: InstanceStore,
  part: Readable,
  study: string | undefined,
): Promise<StoredInstance | undefined> {
  const received = await store.receive(part)
  try {
    return await store.store(received, ({ studyInstanceUid }) => study === undefined || study === studyInstanceUid)
  } catch {
    return undefined
  }
}

function reference(instance: StoredInstance, base: string): JsonDataset {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid } = instance
  return {
    '00081150': attribute('UI', sopClassUid),
    '00081155': attribute('UI', sopInstanceUid),
    '00081190': attribute(
      'UR',
      `${base}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
    ),
  }
}

/** Its UIDs are not known: it could not be read. */
function failure(): JsonDataset {
  return { '00081197': attribute('US', CANNOT_UNDERSTAND) }
}
