import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type DicomHeader, readDicomHeader } from '../dicom/dicom-header.ts'
import { type JsonDataset, jsonDataset } from './attributes.ts'

/** Bytes that hold all attributes before the pixel data of most files; of the others the whole file is read. */
const HEADER_BYTES = 256 * 1024

export interface StoredInstance
  extends Pick<
    DicomHeader,
    'studyInstanceUid' | 'seriesInstanceUid' | 'sopInstanceUid' | 'sopClassUid' | 'transferSyntaxUid'
  > {
  readonly path: string
  readonly bytes: number
  readonly dataset: JsonDataset
}

/** Levels from the study down; those left out are not looked at. */
export interface Selection {
  readonly study?: string | undefined
  readonly series?: string | undefined
  readonly instance?: string | undefined
}

/** Instances as files of one folder, and what is known of them in memory. */
export class InstanceStore {
  readonly #folder: string
  readonly #instances = new Map<string, StoredInstance>()

  /** @param folder exists, and is the caller's to remove */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Writes a file while it comes. @returns where it lies; nothing is stored yet */
  async receive(body: Readable): Promise<string> {
    const path = join(this.#folder, randomUUID())
    try {
      await pipeline(body, createWriteStream(path))
      return path
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  /** Stores what was received; an instance of the same UID is replaced. Removes the file if it is none. @throws then */
  async store(received: string, accepts: (header: DicomHeader) => boolean): Promise<StoredInstance> {
    try {
      const header = await readHeaderOf(received)
      if (!accepts(header)) throw new Error('This instance does not belong here')
      const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid, transferSyntaxUid } = header
      const path = `${received}.dcm`
      await rename(received, path)
      const { size: bytes } = await stat(path)
      const uids = { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid, transferSyntaxUid }
      const instance = { ...uids, path, bytes, dataset: jsonDataset(header) }
      const replaced = this.#instances.get(sopInstanceUid)
      this.#instances.set(sopInstanceUid, instance)
      if (replaced) await rm(replaced.path, { force: true })
      return instance
    } catch (error) {
      await rm(received, { force: true })
      throw error
    }
  }

  /** In the order in which they came. */
  select({ study, series, instance }: Selection = {}): StoredInstance[] {
    return [...this.#instances.values()].filter(
      ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }) =>
        (study === undefined || study === studyInstanceUid) &&
        (series === undefined || series === seriesInstanceUid) &&
        (instance === undefined || instance === sopInstanceUid),
    )
  }

  async delete(selection: Selection): Promise<void> {
    for (const { sopInstanceUid, path } of this.select(selection)) {
      this.#instances.delete(sopInstanceUid)
      await rm(path, { force: true })
    }
  }
}

async function readHeaderOf(path: string): Promise<DicomHeader> {
  await using file = await open(path)
  const { size } = await file.stat()
  const head = Buffer.alloc(Math.min(size, HEADER_BYTES))
  await file.read(head, 0, head.length, 0)
  try {
    return readDicomHeader(head)
  } catch (error) {
    if (head.length === size) throw error
    return readDicomHeader(await file.readFile())
  }
}
