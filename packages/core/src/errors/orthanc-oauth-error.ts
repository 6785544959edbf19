import {
  type ErrorCategory,
  type ErrorCode,
  type ErrorCodeEntry,
  type ErrorSeverity,
  errorCodes,
} from './error-codes.ts'
import { sanitizeCause } from './sanitize-cause.ts'

export interface OrthancOAuthErrorOptions {
  /** Anything a library threw; kept only as sanitizeCause() leaves it. An error of ours is kept as it is. */
  readonly cause?: unknown
  /** Where it happened: server, file, path, line, issuer … Never a secret, a token or a piece of an answer's body. */
  readonly details?: Readonly<Record<string, string | number | boolean>> | undefined
  /** What to do. Default: what the code says. */
  readonly troubleshooting?: readonly string[] | undefined
  /** Whether asking again may help: the network, a busy issuer. Default false: the answer was meant. */
  readonly retryable?: boolean | undefined
  /** Milliseconds before which it must not be asked again. */
  readonly retryAfter?: number | undefined
}

/** The only error that leaves this library. Its message says what happened and where; `troubleshooting` what to do. */
export class OrthancOAuthError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number | boolean>>
  readonly troubleshooting: readonly string[]
  readonly retryable: boolean
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string, options: OrthancOAuthErrorOptions = {}) {
    const { cause } = options
    super(
      message,
      cause === undefined ? undefined : { cause: cause instanceof OrthancOAuthError ? cause : sanitizeCause(cause) },
    )
    this.name = 'OrthancOAuthError'
    this.code = code
    this.details = Object.freeze({ ...options.details })
    this.troubleshooting = options.troubleshooting ?? errorCodes[code].troubleshooting
    this.retryable = options.retryable ?? false
    this.retryAfter = options.retryAfter
  }

  get category(): ErrorCategory {
    return errorCodes[this.code].category
  }

  get severity(): ErrorSeverity {
    return errorCodes[this.code].severity
  }

  get httpStatus(): number {
    return errorCodes[this.code].httpStatus
  }

  /** As the Python plugin of the same name shows an error. */
  toJSON(): ErrorJson {
    const { httpStatus, category, severity }: ErrorCodeEntry = errorCodes[this.code]
    return {
      error_code: this.code,
      category,
      severity,
      http_status: httpStatus,
      message: this.message,
      details: this.details,
      troubleshooting: this.troubleshooting,
      documentation_url: `docs/errors.md#${this.code.toLowerCase()}`,
    }
  }
}

export interface ErrorJson {
  readonly error_code: ErrorCode
  readonly category: ErrorCategory
  readonly severity: ErrorSeverity
  readonly http_status: number
  readonly message: string
  readonly details: Readonly<Record<string, string | number | boolean>>
  readonly troubleshooting: readonly string[]
  readonly documentation_url: string
}

/** Whether asking again may help. Of an error that is not ours nothing is known: no. */
export function isRetryable(error: unknown): boolean {
  return error instanceof OrthancOAuthError && error.retryable
}

/** Milliseconds before which it must not be asked again, where the one who refused said so. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof OrthancOAuthError ? error.retryAfter : undefined
}

/** The same error, with the time that is now known to be left. */
export function withRetryAfter(error: OrthancOAuthError, retryAfter: number): OrthancOAuthError {
  if (error.retryAfter === retryAfter) return error
  const { code, message, details, troubleshooting, retryable, cause, stack = '' } = error
  const later = new OrthancOAuthError(code, message, { details, troubleshooting, retryable, retryAfter })
  later.stack = stack
  // Past the constructor, which would strip once more what is stripped already.
  if (cause !== undefined) Object.defineProperty(later, 'cause', { value: cause, configurable: true, writable: true })
  return later
}
