import { type HospitalWorld, SERVERS } from './hospital-world.ts'

/** How the bridge answered one query of a client that a person set up. */
export interface Asked {
  /** Milliseconds since the epoch, when it was sent. */
  readonly at: number
  readonly status: number
  /** Seconds; absent where the answer does not say. */
  readonly retryAfter?: number
}

/** A QIDO at the bridge itself: Orthanc keeps status and Retry-After of what it is answered to itself. */
export async function ask({ bridge, clientAuthorization }: HospitalWorld): Promise<Asked> {
  const at = Date.now()
  const answer = await fetch(`${bridge.dataUrl}/${SERVERS.pacs}/studies`, {
    headers: { authorization: clientAuthorization, accept: 'application/dicom+json' },
  })
  await answer.arrayBuffer()
  const retryAfter = answer.headers.get('retry-after')
  return { at, status: answer.status, ...(retryAfter !== null && { retryAfter: Number(retryAfter) }) }
}
