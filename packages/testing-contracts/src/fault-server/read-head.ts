import type { ByteReader } from './byte-reader.ts'
import type { HeaderList, RequestLine } from './seen-request.ts'

const REQUEST_LINE = /^(?<method>\S+) (?<target>\S+) (?<version>HTTP\/1\.[01])$/
const HEADER_LINE = /^(?<name>[^:]+):[ \t]*(?<value>.*?)[ \t]*$/

export interface RequestHeadBytes {
  readonly line: RequestLine
  readonly headers: HeaderList
  readonly bytes: Buffer
}

/** What came is no HTTP/1 request (RFC 9112, section 2). */
export class MalformedRequest extends Error {}

/**
 * The head of the next request, undefined at the end of the connection.
 *
 * @throws MalformedRequest
 */
export async function readHead(reader: ByteReader): Promise<RequestHeadBytes | undefined> {
  const first = await reader.readLine()
  if (first === undefined) return undefined
  const { method, target, version } = REQUEST_LINE.exec(lineOf(first))?.groups ?? {}
  if (method === undefined || target === undefined || version === undefined)
    throw new MalformedRequest('Not a request line')
  const fields = await readFields(reader)
  if (fields === undefined) return undefined
  return { line: { method, target, version }, headers: fields.fields, bytes: Buffer.concat([first, fields.bytes]) }
}

/** Header or trailer lines up to the empty line; undefined where the connection ends before it. */
export async function readFields(reader: ByteReader): Promise<{ fields: HeaderList; bytes: Buffer } | undefined> {
  const fields: [string, string][] = []
  const lines: Buffer[] = []
  for (;;) {
    const bytes = await reader.readLine()
    if (bytes === undefined) return undefined
    lines.push(bytes)
    const line = lineOf(bytes)
    if (line === '') return { fields, bytes: Buffer.concat(lines) }
    const { name, value } = HEADER_LINE.exec(line)?.groups ?? {}
    if (name === undefined || value === undefined) throw new MalformedRequest('Not a header line')
    fields.push([name, value])
  }
}

/** latin1 keeps every byte of a head apart. */
function lineOf(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\r?\n$/, '')
}
