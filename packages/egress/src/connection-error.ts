import { OrthancOAuthError } from '@orthanc-oauth/core'
import { ConnectTimeout } from './connect-timeout.ts'
import { ProxyError } from './proxy-error.ts'
import { tooLarge } from './read-body.ts'

/** What is wrong with a certificate, by the codes of OpenSSL's verification and node:tls. */
const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not yet valid',
  CERT_REVOKED: 'has been revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host',
  HOSTNAME_MISMATCH: 'is for another host',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by a CA that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by a CA that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by a CA that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by a CA that is not trusted here',
  CERT_CHAIN_TOO_LONG: 'has a chain that is too long',
  CERT_REJECTED: 'is refused for this use',
  CERT_SIGNATURE_FAILURE: 'has a wrong signature',
  CERT_UNTRUSTED: 'is not trusted for this use',
  INVALID_CA: 'is signed by a certificate that is no CA',
  INVALID_PURPOSE: 'is not for servers',
}

const TIMEOUTS = new Set(['ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** Alerts by which a server says what it thinks of the client's certificate (RFC 8446, section 6.2), in OpenSSL's names. */
const REFUSED_CERTIFICATE =
  /_ALERT_(BAD_CERTIFICATE|CERTIFICATE_(REQUIRED|EXPIRED|REVOKED|UNKNOWN)|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)$/

const NOT_HTTP = new Set(['HTTPParserError', 'ERR_ASSERTION', 'UND_ERR_HEADERS_OVERFLOW'])

/** undici wraps once or twice; longer chains are loops. */
const DEEPEST_CAUSE = 5

/**
 * What went wrong between us and `endpoint`, out of the chain of causes that fetch throws. Everything that may pass by
 * itself is retryable: names, refusals, resets, truncation. A certificate, another protocol and a size are not.
 */
export function connectionError(error: unknown, endpoint: string): OrthancOAuthError {
  const chain = causesOf(error)
  const ours = chain.find((cause) => cause instanceof OrthancOAuthError)
  if (ours !== undefined) return ours
  const late = chain.find((cause) => cause instanceof ConnectTimeout)
  if (late !== undefined)
    return new OrthancOAuthError('NET-001', `No connection to ${endpoint} within ${late.limit} ms`, {
      details: { endpoint, limit: late.limit },
      retryable: true,
    })
  const proxy = chain.find((cause) => cause instanceof ProxyError)
  if (proxy !== undefined) return proxyFailure(proxy, endpoint)
  const codes = chain.map(codeOf).filter((code) => code !== undefined)
  const fault = codes.map((code) => CERTIFICATE_FAULTS[code]).find((found) => found !== undefined)
  const code = codes.at(-1)
  const options = { cause: error, details: { endpoint, ...(code !== undefined && { code }) } }

  if (fault !== undefined) return new OrthancOAuthError('NET-003', `The certificate of ${endpoint} ${fault}`, options)
  if (codes.some((each) => REFUSED_CERTIFICATE.test(each)))
    return new OrthancOAuthError('NET-003', `${endpoint} does not accept the client certificate, or wants one`, {
      ...options,
      troubleshooting: ['Give ClientCertificateFile and ClientCertificateKeyFile of a certificate that it trusts.'],
    })
  if (codes.some(isTls))
    return new OrthancOAuthError('NET-003', `No TLS with ${endpoint}: the handshake failed`, {
      ...options,
      troubleshooting: ['Check that this port speaks TLS, and which versions of it.'],
    })
  if (codes.some((each) => TIMEOUTS.has(each)))
    return new OrthancOAuthError('NET-001', `${endpoint} did not answer in time`, { ...options, retryable: true })
  if (codes.includes('UND_ERR_RES_EXCEEDED_MAX_SIZE')) return tooLarge(endpoint)
  if (codes.some(isNotHttp))
    return new OrthancOAuthError('TOK-005', `What ${endpoint} answered is not HTTP`, {
      ...options,
      troubleshooting: ['Check the port, and whether it wants https.'],
    })
  return new OrthancOAuthError('NET-002', `The connection to ${endpoint} failed: ${inWords(code)}`, {
    ...options,
    retryable: true,
  })
}

/** Of a proxy that can be told from what lies behind it. */
function proxyFailure({ proxy, status, cause }: ProxyError, endpoint: string): OrthancOAuthError {
  if (status === undefined) return connectionError(cause, `the proxy ${proxy}`)
  return new OrthancOAuthError('NET-102', `The proxy ${proxy} opens no connection to ${endpoint} (HTTP ${status})`, {
    details: { endpoint, proxy, status },
    retryable: status >= 500,
    troubleshooting: [
      status === 407 || status === 401 // tinyproxy's, for wrong ones
        ? 'Give the user and the password that it wants in HttpProxy, or in HTTPS_PROXY.'
        : 'Have it allow CONNECT to this host and port, or exempt the host by NO_PROXY.',
    ],
  })
}

function inWords(code: string | undefined): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known'
    case 'ECONNREFUSED':
      return 'nothing listens there'
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return 'it was cut'
    default:
      return code ?? 'for an unknown reason'
  }
}

function isTls(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
}

/** llhttp's complaints, an informational status that nobody asked for, a head of many KiB, a body that does not unpack. */
function isNotHttp(code: string): boolean {
  return code.startsWith('HPE_') || code.startsWith('Z_') || NOT_HTTP.has(code)
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let cause = error; cause instanceof Error && chain.length < DEEPEST_CAUSE; cause = cause.cause) chain.push(cause)
  return chain
}

/** undici's parser has a name alone where its complaint is its own. */
function codeOf(error: unknown): string | undefined {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (typeof code === 'string') return code
  return name === 'HTTPParserError' ? name : undefined
}
