import { createReadStream } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { Dicer } from '@fastify/busboy'
import type { StoredInstance } from './instance-store.ts'

/** RFC 2046, section 5.1.1, as a parameter of `multipart/related; type="application/dicom"`. Undefined: another type. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (!/^multipart\/related\s*;/i.test(contentType ?? '')) return undefined
  const type = parameter(contentType, 'type')
  return type === undefined || type.toLowerCase() === 'application/dicom'
    ? parameter(contentType, 'boundary')
    : undefined
}

/**
 * Hands each part of a body to `save` while it comes.
 *
 * @returns what `save` gave, in the order of the parts
 * @throws where the body ends before its last boundary, or `save` fails
 */
export async function readParts<T>(
  body: Readable,
  boundary: string,
  save: (part: Readable) => Promise<T>,
): Promise<T[]> {
  const dicer = new Dicer({ boundary })
  const parts: Readable[] = []
  const saved: Promise<T>[] = []
  const giveUp = (error: Error) => {
    dicer.destroy(error)
    for (const part of parts) part.destroy(error)
  }
  dicer.on('part', (part) => {
    const saving = save(part)
    saving.catch(giveUp)
    parts.push(part)
    saved.push(saving)
  })
  body.on('error', () => dicer.end()) // a client that goes in the middle: to the parser as any other early end
  try {
    await new Promise<void>((resolve, reject) => {
      dicer.on('finish', resolve)
      dicer.on('error', reject)
      body.pipe(dicer)
    })
  } finally {
    await Promise.allSettled(saved)
  }
  return Promise.all(saved)
}

/** Writes the files as parts, one after the other, as fast as they are taken. */
export async function writeParts(instances: readonly StoredInstance[], boundary: string, to: Writable): Promise<void> {
  for (const { path, bytes, transferSyntaxUid } of instances) {
    to.write(
      `--${boundary}\r\nContent-Type: application/dicom; transfer-syntax=${transferSyntaxUid}\r\nContent-Length: ${bytes}\r\n\r\n`,
    )
    await send(createReadStream(path), to)
    to.write('\r\n')
  }
  to.end(`--${boundary}--\r\n`)
}

async function send(file: Readable, to: Writable): Promise<void> {
  for await (const piece of file) {
    if (to.destroyed) throw new Error('The client is gone')
    if (to.write(piece)) continue
    const { promise: goesOn, resolve } = Promise.withResolvers<void>()
    to.once('drain', resolve).once('close', resolve)
    await goesOn
    to.off('drain', resolve).off('close', resolve)
  }
}

function parameter(contentType: string | undefined, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]*))`, 'i').exec(contentType ?? '')
  return match?.[1] ?? match?.[2]
}
