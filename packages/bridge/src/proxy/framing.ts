import type { IncomingMessage } from 'node:http'
import type { Fields } from './fields.ts'

/** Whether a request has a body, and how long it is: bytes, or undefined where nobody knows before its end. */
export interface BodyLength {
  readonly present: boolean
  readonly length: number | undefined
}

/** RFC 9112, section 6.3: neither Transfer-Encoding nor Content-Length means none. The parser has refused both at once. */
export function bodyLength({ headers }: IncomingMessage): BodyLength {
  if (headers['transfer-encoding'] !== undefined) return { present: true, length: undefined }
  const length = Number(headers['content-length'] ?? 0)
  return { present: length > 0, length }
}

/** Methods that mean a body: without one they say so (RFC 9110, section 8.6). */
const EXPECTS_BODY: ReadonlySet<string> = new Set(['POST', 'PUT'])

/** The fields that frame what is sent. */
export function framingFields(method: string, { present, length }: BodyLength): Fields {
  if (length === undefined) return ['Transfer-Encoding', 'chunked']
  return present || EXPECTS_BODY.has(method) ? ['Content-Length', String(length)] : []
}
