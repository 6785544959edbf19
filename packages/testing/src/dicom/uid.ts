import { randomUUID } from 'node:crypto'

/** A fresh UID out of a random UUID (DICOM PS3.5, B.2). */
export function freshUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`
}
