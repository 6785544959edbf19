import { OrthancOAuthError } from '@orthanc-oauth/core'
import { connectionError, ProxyError } from '@orthanc-oauth/egress'

/** What our own time limits destroy a connection with. */
export class UpstreamTimeout extends Error {
  readonly code = 'ETIMEDOUT'
  readonly phase: 'connecting' | 'handshake' | 'idle'

  constructor(phase: UpstreamTimeout['phase'], milliseconds: number) {
    super(`${phase} for ${milliseconds} ms`)
    this.phase = phase
  }
}

/** OpenSSL's verification results and Node's own names of them. */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|EPROTO)/
const TIMEOUT_CODE = /^(ETIMEDOUT|ESOCKETTIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/
/** llhttp's. */
const PARSER_CODE = /^HPE_/

/**
 * Why a DICOMweb server gave no answer: NET-001 too late, NET-002 not reached or not HTTP, NET-003 TLS, NET-102 a proxy
 * on the way that refuses.
 *
 * @param origin scheme, host and port: no path, because that may name patients
 */
export function upstreamError(cause: unknown, server: string, origin: string): OrthancOAuthError {
  if (cause instanceof ProxyError) return connectionError(cause, `${origin} (server '${server}')`)
  const code = codeOf(cause)
  const details = { server, origin, ...(code !== undefined && { reason: code }) }
  const reason = code ?? 'no answer'
  if (TLS_CODE.test(reason))
    return new OrthancOAuthError('NET-003', `The TLS connection to ${origin} (server '${server}') failed: ${reason}`, {
      cause,
      details,
    })
  if (TIMEOUT_CODE.test(reason))
    return new OrthancOAuthError('NET-001', `${origin} (server '${server}') took too long: ${phaseOf(cause)}`, {
      cause,
      details,
      retryable: true,
    })
  if (PARSER_CODE.test(reason))
    return new OrthancOAuthError('NET-002', `What ${origin} (server '${server}') answered is not HTTP/1.1: ${reason}`, {
      cause,
      details,
      troubleshooting: ['Check that Url names an HTTP server, and its scheme: https is not http.'],
    })
  return new OrthancOAuthError('NET-002', `No answer from ${origin} (server '${server}'): ${reason}`, {
    cause,
    details,
    retryable: true,
  })
}

function phaseOf(cause: unknown): string {
  return cause instanceof UpstreamTimeout ? cause.phase : 'connecting'
}

/** Of an AggregateError (several addresses of one name) the first. */
function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined
  const { code, errors } = cause as { code?: unknown; errors?: unknown }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code
  return Array.isArray(errors) ? codeOf(errors[0]) : undefined
}
