import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { errorCodes } from './error-codes.ts'
import { isRetryable, OrthancOAuthError, retryAfterOf, withRetryAfter } from './orthanc-oauth-error.ts'

describe('OrthancOAuthError', () => {
  test('says what happened, and by its code what to do', () => {
    const error = new OrthancOAuthError('NET-001', 'https://issuer.example did not answer', {
      details: { endpoint: 'https://issuer.example' },
    })
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toBe('OrthancOAuthError: https://issuer.example did not answer')
    expect(error).toMatchObject({
      code: 'NET-001',
      category: 'NETWORK',
      severity: 'ERROR',
      httpStatus: 504,
      retryable: false,
      retryAfter: undefined,
      troubleshooting: errorCodes['NET-001'].troubleshooting,
    })
  })

  test('who throws may know better what to do', () => {
    const troubleshooting = ['Turn it off and on again.']
    expect(new OrthancOAuthError('INT-001', 'x', { troubleshooting }).troubleshooting).toEqual(troubleshooting)
  })

  test('as JSON it is what the Python plugin answers', () => {
    expect(
      JSON.parse(JSON.stringify(new OrthancOAuthError('AUTH-003', 'down', { details: { server: 'pacs' } }))),
    ).toEqual({
      error_code: 'AUTH-003',
      category: 'AUTHORIZATION',
      severity: 'CRITICAL',
      http_status: 503,
      message: 'down',
      details: { server: 'pacs' },
      troubleshooting: ['Wait for the issuer to come back; requests go on by themselves.'],
      documentation_url: 'docs/errors.md#auth-003',
    })
  })

  test('a later change of the given details changes nothing', () => {
    const details = { server: 'pacs' }
    const error = new OrthancOAuthError('INT-001', 'x', { details })
    details.server = 'another'
    expect(error.details).toEqual({ server: 'pacs' })
    expect(Object.isFrozen(error.details)).toBe(true)
  })

  test('TOK-F23: of a cause nothing is kept that could hold a token or a secret', () => {
    const cause = Object.assign(new Error('canary in the message', { cause: { body: { access_token: 'canary' } } }), {
      body: 'canary',
      response: { text: 'canary' },
    })
    const error = new OrthancOAuthError('TOK-001', 'refused', { cause })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary')
    expect(JSON.stringify(error)).not.toContain('canary')
  })

  test('an error of ours is kept as the cause it is', () => {
    const cause = new OrthancOAuthError('NET-002', 'refused')
    expect(new OrthancOAuthError('AUTH-003', 'down', { cause }).cause).toBe(cause)
  })

  test('of an error that is not ours nothing is known: not retryable', () => {
    expect(isRetryable(new Error('x'))).toBe(false)
    expect(isRetryable(undefined)).toBe(false)
    expect(retryAfterOf(new Error('x'))).toBeUndefined()
    const busy = new OrthancOAuthError('AUTH-003', 'busy', { retryable: true, retryAfter: 5 })
    expect(isRetryable(busy)).toBe(true)
    expect(retryAfterOf(busy)).toBe(5)
  })

  test.each([
    { what: 'of ours', cause: new OrthancOAuthError('NET-002', 'refused') },
    { what: 'of a library', cause: Object.assign(new Error('x'), { status: 401, error: 'invalid_client' }) },
    { what: 'at all', cause: undefined },
  ])('withRetryAfter changes nothing but the time; a cause $what stays', ({ cause }) => {
    const given = { cause, details: { n: 1 }, retryable: true, retryAfter: 5 }
    const error = new OrthancOAuthError('AUTH-003', 'busy', given)
    const later = withRetryAfter(error, 7)
    expect(later).toMatchObject({
      code: 'AUTH-003',
      message: 'busy',
      details: { n: 1 },
      retryable: true,
      retryAfter: 7,
    })
    expect(later.cause).toBe(error.cause)
    expect(later.stack).toBe(error.stack)
    expect(Object.keys(later)).toEqual(Object.keys(error))
    expect(withRetryAfter(error, 5)).toBe(error)
  })
})

describe('errorCodes', () => {
  test.each(Object.entries(errorCodes))(
    '%s has a name, a category that fits its prefix, and says what to do',
    (code, entry) => {
      const categories = {
        CFG: 'CONFIGURATION',
        TOK: 'AUTHENTICATION',
        NET: 'NETWORK',
        AUTH: 'AUTHORIZATION',
        INT: 'INTERNAL',
      }
      const [prefix = '', number = ''] = code.split('-')
      expect(entry.category).toBe(categories[prefix as keyof typeof categories])
      expect(number).toMatch(/^\d{3}$/)
      if (entry.severity !== 'INFO') expect(entry.troubleshooting.length).toBeGreaterThan(0)
    },
  )

  test('no two codes have one name', () => {
    const names = Object.values(errorCodes).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('numbers below 100 are those of the Python plugin, with its HTTP status', () => {
    const known = Object.entries(errorCodes)
      .filter(([code]) => Number(code.split('-')[1]) < 100)
      .map(([code, { name, httpStatus }]) => [code, name, httpStatus])
    expect(known).toEqual([
      ['CFG-001', 'CONFIG_MISSING_KEY', 500],
      ['CFG-002', 'CONFIG_INVALID_VALUE', 500],
      ['CFG-003', 'CONFIG_ENV_VAR_MISSING', 500],
      ['TOK-001', 'TOKEN_ACQUISITION_FAILED', 401],
      ['TOK-002', 'TOKEN_EXPIRED', 401],
      ['TOK-003', 'TOKEN_REFRESH_RECOMMENDED', 200],
      ['TOK-004', 'TOKEN_VALIDATION_FAILED', 401],
      ['TOK-005', 'TOKEN_INVALID_RESPONSE', 502],
      ['TOK-006', 'TOKEN_REFRESH_FAILED', 401],
      ['NET-001', 'NETWORK_TIMEOUT', 504],
      ['NET-002', 'NETWORK_CONNECTION_ERROR', 502],
      ['NET-003', 'NETWORK_SSL_ERROR', 495],
      ['AUTH-001', 'AUTH_INVALID_CREDENTIALS', 401],
      ['AUTH-002', 'AUTH_INSUFFICIENT_SCOPE', 403],
      ['AUTH-003', 'AUTH_PROVIDER_UNAVAILABLE', 503],
      ['INT-001', 'INTERNAL_STATE_ERROR', 500],
    ])
  })
})
