/** CONFIGURATION: CFG. AUTHENTICATION: TOK. NETWORK: NET. AUTHORIZATION: AUTH. INTERNAL: INT. */
export type ErrorCategory = 'CONFIGURATION' | 'AUTHENTICATION' | 'NETWORK' | 'AUTHORIZATION' | 'INTERNAL'
export type ErrorSeverity = 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'

export interface ErrorCodeEntry {
  readonly name: string
  readonly category: ErrorCategory
  readonly severity: ErrorSeverity
  /** What the code carries about itself; a DICOMweb client that cannot be given a token gets 503 in every case. */
  readonly httpStatus: number
  /** What to do, where the one who throws knows nothing better. */
  readonly troubleshooting: readonly string[]
}

/**
 * Every code there is. Numbers below 100 are those of the Python plugin of the same name, so that alert rules go on
 * matching; ours start at 100, so that the two projects never give one number two meanings.
 */
export const errorCodes = {
  'CFG-001': {
    name: 'CONFIG_MISSING_KEY',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Add the key that the message names, or the provider that knows its value.'],
  },
  'CFG-002': {
    name: 'CONFIG_INVALID_VALUE',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Correct the value at the place that the message names.'],
  },
  'CFG-003': {
    name: 'CONFIG_ENV_VAR_MISSING',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Set the environment variable, or give a default: ${NAME:-default}.'],
  },
  'CFG-100': {
    name: 'CONFIG_UNKNOWN_KEY',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Correct the spelling, or start the key with _ to make it a comment.'],
  },
  'CFG-101': {
    name: 'CONFIG_NOT_JSON',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Correct the file at the line that the message names.'],
  },
  'CFG-102': {
    name: 'CONFIG_FILE_UNREADABLE',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Check that the path is right and that the user of this process may read it.'],
  },
  'CFG-103': {
    name: 'CONFIG_NOT_SUPPORTED',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Remove the key, or install a release that supports it.'],
  },
  'CFG-104': {
    name: 'CONFIG_INSECURE',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Use https, or allow what is insecure by the key that the message names.'],
  },
  'CFG-105': {
    name: 'CONFIG_CONFLICT',
    category: 'CONFIGURATION',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Keep one of the two places that the message names.'],
  },
  'TOK-001': {
    name: 'TOKEN_ACQUISITION_FAILED',
    category: 'AUTHENTICATION',
    severity: 'ERROR',
    httpStatus: 401,
    troubleshooting: ["Read the issuer's log at this time: it refused the request for a reason that it did not name."],
  },
  'TOK-002': {
    name: 'TOKEN_EXPIRED',
    category: 'AUTHENTICATION',
    severity: 'WARNING',
    httpStatus: 401,
    troubleshooting: ['Compare the clocks of this machine and the issuer, and how long the issuer takes to answer.'],
  },
  'TOK-003': {
    name: 'TOKEN_REFRESH_RECOMMENDED',
    category: 'AUTHENTICATION',
    severity: 'INFO',
    httpStatus: 200,
    troubleshooting: [],
  },
  'TOK-004': {
    name: 'TOKEN_VALIDATION_FAILED',
    category: 'AUTHENTICATION',
    severity: 'ERROR',
    httpStatus: 401,
    troubleshooting: ['Compare issuer, audience and keys of the token with what the configuration expects.'],
  },
  'TOK-005': {
    name: 'TOKEN_INVALID_RESPONSE',
    category: 'AUTHENTICATION',
    severity: 'ERROR',
    httpStatus: 502,
    troubleshooting: ['Check that TokenEndpoint is the token endpoint, not a login page or an API.'],
  },
  'TOK-006': {
    name: 'TOKEN_REFRESH_FAILED',
    category: 'AUTHENTICATION',
    severity: 'ERROR',
    httpStatus: 401,
    troubleshooting: ['The server refused a token that the issuer considers good: check roles and audience.'],
  },
  'NET-001': {
    name: 'NETWORK_TIMEOUT',
    category: 'NETWORK',
    severity: 'ERROR',
    httpStatus: 504,
    troubleshooting: ['Check that a firewall lets this machine reach the host, and that the host is up.'],
  },
  'NET-002': {
    name: 'NETWORK_CONNECTION_ERROR',
    category: 'NETWORK',
    severity: 'ERROR',
    httpStatus: 502,
    troubleshooting: ['Check the host name, the port, and that the service is up.'],
  },
  'NET-003': {
    name: 'NETWORK_SSL_ERROR',
    category: 'NETWORK',
    severity: 'ERROR',
    httpStatus: 495,
    troubleshooting: ['Give the CA that signed the certificate by VerifySSL, or have the certificate renewed.'],
  },
  'NET-100': {
    name: 'ORTHANC_UNREACHABLE',
    category: 'NETWORK',
    severity: 'WARNING',
    httpStatus: 502,
    troubleshooting: ['Start Orthanc, or correct Orthanc.Url.'],
  },
  'NET-101': {
    name: 'SERVER_REDIRECTS',
    category: 'NETWORK',
    severity: 'ERROR',
    httpStatus: 502,
    troubleshooting: ['Set Url to the address that the server redirects to; open it once with curl -i to see which.'],
  },
  'NET-102': {
    name: 'PROXY_REFUSED',
    category: 'NETWORK',
    severity: 'ERROR',
    httpStatus: 502,
    troubleshooting: ['Have the egress proxy allow CONNECT to the host, or exempt the host by NO_PROXY.'],
  },
  'AUTH-001': {
    name: 'AUTH_INVALID_CREDENTIALS',
    category: 'AUTHORIZATION',
    severity: 'ERROR',
    httpStatus: 401,
    troubleshooting: ['Check ClientId and ClientSecret (or the key) against the issuer, and that neither has expired.'],
  },
  'AUTH-002': {
    name: 'AUTH_INSUFFICIENT_SCOPE',
    category: 'AUTHORIZATION',
    severity: 'ERROR',
    httpStatus: 403,
    troubleshooting: ['Check Scope, and that the issuer grants it to this client.'],
  },
  'AUTH-003': {
    name: 'AUTH_PROVIDER_UNAVAILABLE',
    category: 'AUTHORIZATION',
    severity: 'CRITICAL',
    httpStatus: 503,
    troubleshooting: ['Wait for the issuer to come back; requests go on by themselves.'],
  },
  'AUTH-100': {
    name: 'ORTHANC_REFUSED',
    category: 'AUTHORIZATION',
    severity: 'ERROR',
    httpStatus: 403,
    troubleshooting: ['Check Orthanc.Username and Orthanc.Password, and that this user may PUT /dicom-web/servers/*.'],
  },
  'AUTH-101': {
    name: 'ORIGIN_REFUSED',
    category: 'AUTHORIZATION',
    severity: 'ERROR',
    httpStatus: 403,
    troubleshooting: ['Make an authorizer for each server: a token goes to the origin that it was issued for alone.'],
  },
  'INT-001': {
    name: 'INTERNAL_STATE_ERROR',
    category: 'INTERNAL',
    severity: 'ERROR',
    httpStatus: 500,
    troubleshooting: ['Report this with the log around it.'],
  },
} as const satisfies Record<string, ErrorCodeEntry>

export type ErrorCode = keyof typeof errorCodes
