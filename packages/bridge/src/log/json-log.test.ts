import { PassThrough } from 'node:stream'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import { describe, expect, test } from 'vitest'
import { jsonLog } from './json-log.ts'

/** What one line says of an error. */
function logged(error: unknown): { text: string; line: Record<string, unknown> } {
  const stream = new PassThrough()
  jsonLog('info', stream).error({ error }, 'Failed')
  const text = String(stream.read())
  return { text, line: JSON.parse(text) }
}

describe('a line', () => {
  test('has its level as a word, an ISO time and its fields', () => {
    const stream = new PassThrough()
    jsonLog('warn', stream).warn({ server: 'pacs' }, 'Message')
    expect(JSON.parse(String(stream.read()))).toEqual({
      level: 'WARN',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      server: 'pacs',
      msg: 'Message',
    })
  })

  test('below the level is not written', () => {
    const stream = new PassThrough()
    jsonLog('warn', stream).info({}, 'Message')
    expect(stream.read()).toBeNull()
  })
})

describe('an error in a line', () => {
  test('of ours shows its code, message and what to do; of its cause the code alone', () => {
    const cause = Object.assign(new Error('canary'), { code: 'ECONNREFUSED', body: 'canary' })
    const { text, line } = logged(new OrthancOAuthError('NET-002', 'No answer', { cause, details: { server: 'pacs' } }))
    expect(line.error).toMatchObject({
      error_code: 'NET-002',
      message: 'No answer',
      details: { server: 'pacs' },
      cause: 'Error ECONNREFUSED',
    })
    expect(text).not.toContain('canary')
  })

  test('of ours that has another of ours for a cause names its code', () => {
    const cause = new OrthancOAuthError('AUTH-001', 'x')
    expect(logged(new OrthancOAuthError('TOK-001', 'y', { cause })).line).toMatchObject({
      error: { cause: 'AUTH-001' },
    })
  })

  test('of anybody else shows where it happened, and neither message nor properties nor causes', () => {
    const error = Object.assign(new TypeError('canary\n    canary', { cause: new Error('canary') }), { body: 'canary' })
    const { text, line } = logged(error)
    expect(line.error).toMatchObject({ type: 'TypeError', stack: expect.stringContaining('json-log.test.ts') })
    expect(text).not.toContain('canary')
  })

  test('that is no error shows nothing of itself', () => {
    expect(logged('canary').text).not.toContain('canary')
  })
})
