import { randomUUID } from 'node:crypto'

/** The three transactions of DICOM PS3.18 that the demo needs. Each throws where the answer is not 2xx. */
export interface DicomWebClient {
  /** STOW-RS (10.5) of whole files, in one request. */
  store(files: readonly Uint8Array[]): Promise<void>
  /** QIDO-RS (10.6). @param path such as `/studies` */
  search(path: string): Promise<unknown>
  /** WADO-RS (10.4). @returns whole files */
  retrieve(path: string): Promise<readonly Uint8Array[]>
}

const TYPE = 'multipart/related; type="application/dicom"'
const CRLF = '\r\n'

/** @param url of the server, without a slash at its end */
export function dicomWebClient(url: string, authorization: string): DicomWebClient {
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, { ...init, headers: { ...init.headers, authorization } })
    if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path} was answered with ${answer.status}`)
    return answer
  }
  return {
    async store(files) {
      const boundary = randomUUID()
      const headers = { 'content-type': `${TYPE}; boundary=${boundary}`, accept: 'application/dicom+json' }
      await call('/studies', { method: 'POST', headers, body: new Blob(parts(files, boundary)) })
    },
    search: async (path) => (await call(path, { headers: { accept: 'application/dicom+json' } })).json(),
    async retrieve(path) {
      const answer = await call(path, { headers: { accept: `${TYPE}; transfer-syntax=*` } })
      const [, boundary] = /boundary="?([^";]+)/.exec(answer.headers.get('content-type') ?? '') ?? []
      if (boundary === undefined) throw new Error(`GET ${path}: the answer is not multipart`)
      return bodies(Buffer.from(await answer.arrayBuffer()), boundary)
    },
  }
}

function parts(files: readonly Uint8Array[], boundary: string): (string | Uint8Array<ArrayBuffer>)[] {
  const head = `--${boundary}${CRLF}Content-Type: application/dicom${CRLF}${CRLF}`
  return [...files.flatMap((file) => [head, new Uint8Array(file), CRLF]), `--${boundary}--${CRLF}`]
}

/** The bodies of a multipart message (RFC 2046, section 5.1.1). */
function bodies(message: Buffer, boundary: string): Uint8Array[] {
  const delimiter = `--${boundary}`
  const found: Uint8Array[] = []
  let at = message.indexOf(delimiter)
  while (at >= 0) {
    const next = message.indexOf(CRLF + delimiter, at + delimiter.length)
    if (next < 0) break
    const begin = message.indexOf(CRLF + CRLF, at) + 2 * CRLF.length
    found.push(message.subarray(begin, next))
    at = next + CRLF.length
  }
  return found
}
