import { readFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type ErrorCode, OrthancOAuthError, type OrthancOAuthErrorOptions, readSecret } from '@orthanc-oauth/core'
import type { OrthancConnection } from '../configuration/orthanc-connection.ts'

/** For a whole call, in milliseconds: Orthanc answers these out of its memory, and a shutdown waits for one under way. */
const TIME_LIMIT = 5000
/** Bytes: a definition takes some 300, and nobody has ten thousand servers. */
const LONGEST_ANSWER = 4 << 20

export interface OrthancCall {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly url: string
  readonly body?: string | undefined
}

export interface OrthancAnswer {
  readonly call: OrthancCall
  readonly status: number
  readonly body: string
}

/** One call, on a connection of its own: nothing stays open. Redirects are not followed. */
export async function orthancRequest(connection: OrthancConnection, call: OrthancCall): Promise<OrthancAnswer> {
  const { username, password, caFile } = connection
  const auth =
    username === undefined ? undefined : `${username}:${password ? (await readSecret(password)).reveal() : ''}`
  const signal = AbortSignal.timeout(TIME_LIMIT)
  const request = new URL(call.url).protocol === 'https:' ? httpsRequest : httpRequest
  try {
    const ca = caFile === undefined ? undefined : await readFile(caFile)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(call.url, {
        method: call.method,
        agent: false,
        signal,
        ...(auth !== undefined && { auth }),
        ...(ca && { ca }),
        headers:
          call.body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(call.body) },
      })
        .on('response', resolve)
        .on('error', reject)
        .end(call.body)
    })
    return { call, status: answer.statusCode ?? 0, body: await bodyOf(answer) }
  } catch (cause) {
    throw unreachable(call, cause, signal.aborted)
  }
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LONGEST_ANSWER) throw new RangeError('Orthanc answers with more than it can have to say')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What the answer says, as an object. */
export function objectOf({ call, body }: OrthancAnswer): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body)
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>
  } catch {
    // Said below, without a piece of the body, which V8 puts into its own error.
  }
  throw orthancError('NET-100', call, 'answered something that is no JSON object', { retryable: true })
}

/** The error for a status that is not the one that was hoped for. */
export function refusal({ call, status }: OrthancAnswer): OrthancOAuthError {
  if (status === 404 && call.method === 'GET')
    return orthancError('NET-100', call, 'answered 404', {
      retryable: true,
      troubleshooting: ["Load Orthanc's DICOMweb plugin, and give DicomWeb.Root where it is not /dicom-web/."],
    })
  if (status >= 500 || status < 400) return orthancError('NET-100', call, `answered ${status}`, { retryable: true })
  if (status === 401 || status === 403) return orthancError('AUTH-100', call, `refused with ${status}`)
  return orthancError('AUTH-100', call, `refused with ${status}`, {
    troubleshooting: [
      "Read Orthanc's log: it does not take this definition. Compare its user properties in DicomWeb.Servers.",
    ],
  })
}

/** Codes that OpenSSL and Node give a certificate that does not verify. */
const CERTIFICATE_ERROR = /CERT|SIGNATURE|ERR_TLS|ERR_SSL|UNABLE_TO_/

function unreachable(call: OrthancCall, cause: unknown, timedOut: boolean): OrthancOAuthError {
  if (cause instanceof OrthancOAuthError) return cause
  if (timedOut)
    return orthancError('NET-100', call, `did not answer within ${TIME_LIMIT} ms`, { retryable: true, cause })
  const { code = 'cut off' } = cause as NodeJS.ErrnoException
  if (CERTIFICATE_ERROR.test(code))
    return orthancError('NET-003', call, `shows a certificate that does not verify (${code})`, {
      cause,
      troubleshooting: [
        'Give the CA that signed it by Orthanc.CaFile, and the host name that it was made for by Orthanc.Url.',
      ],
    })
  return orthancError('NET-100', call, `cannot be reached (${code})`, { retryable: true, cause })
}

function orthancError(
  code: ErrorCode,
  { method, url }: OrthancCall,
  what: string,
  options?: OrthancOAuthErrorOptions,
): OrthancOAuthError {
  return new OrthancOAuthError(code, `Orthanc ${what}: ${method} ${url}`, { ...options, details: { method, url } })
}
