import { describe, expect, test } from 'vitest'
import { answerFields, replaceFields, requestFields } from './header-rules.ts'

describe('requestFields', () => {
  test('fields go on in their order and spelling, repeated ones too', () => {
    const fields = ['Accept', 'a', 'X-Thing', '1', 'x-thing', '2', 'ACCEPT', 'b']
    expect(requestFields(fields, [])).toEqual(fields)
  })

  test.each([
    ...['Connection', 'Proxy-Connection', 'Keep-Alive', 'TE', 'Transfer-Encoding', 'Upgrade', 'Trailer'],
    ...['Proxy-Authenticate', 'Proxy-Authorization', 'Host', 'Content-Length', 'Expect', 'Authorization', 'Cookie'],
    ...['aUTHORIZATION', 'Proxy_Authorization', 'authorization_', 'Content_Length', 'transfer_encoding', '_cookie'],
    ...['Forwarded', 'X-Forwarded-For', 'x-forwarded-host', 'X_Forwarded_For', 'X_forwarded-Proto', 'X-Real-IP'],
  ])("BRG-F05: the client's own %s is dropped", (name) => {
    expect(requestFields(['Accept', 'a', name, 'x'], [])).toEqual(['Accept', 'a'])
  })

  test('BRG-F04: what Connection names is dropped, in whatever case and field', () => {
    const fields = [
      'Connection',
      'close, X-Secret',
      'connection',
      'accept',
      'x-secret',
      '1',
      'Accept',
      'a',
      'Range',
      'b',
    ]
    expect(requestFields(fields, [])).toEqual(['Range', 'b'])
  })

  test("configured fields replace the client's, however spelt", () => {
    expect(requestFields(['api_key', 'client', 'Accept', 'a'], ['Api-Key', 'configured'])).toEqual([
      'Accept',
      'a',
      'Api-Key',
      'configured',
    ])
  })

  test('BRG-F04: Connection cannot take a configured field away', () => {
    expect(requestFields(['Connection', 'api-key'], ['Api-Key', 'configured'])).toEqual(['Api-Key', 'configured'])
  })

  test.each(['Authorization', 'Host', 'Content-Length', 'Transfer-Encoding', 'Connection'])(
    'a configured %s is not sent',
    (name) => {
      expect(requestFields([], [name, 'x'])).toEqual([])
    },
  )
})

describe('replaceFields', () => {
  test('BRG-F04: exactly one is left of whatever the authorization brings', () => {
    const fields = ['Authorization', '1', 'authorization', '2', 'Accept', 'a', 'authorization_', '3']
    expect(replaceFields(fields, ['authorization', 'Bearer x'])).toEqual(['Accept', 'a', 'authorization', 'Bearer x'])
  })
})

describe('answerFields', () => {
  test('what is for the client goes on, in its order', () => {
    const fields = ['Content-Type', 'a', 'Content-Length', '1', 'WWW-Authenticate', 'b', 'ETag', 'c', 'Warning', 'd']
    expect(answerFields(fields)).toEqual(fields)
  })

  test.each(['Connection', 'Keep-Alive', 'Transfer-Encoding', 'Upgrade', 'Trailer', 'Proxy-Authenticate'])(
    '%s belongs to one connection',
    (name) => {
      expect(answerFields([name, 'x', 'ETag', 'c'])).toEqual(['ETag', 'c'])
    },
  )

  test.each(['Set-Cookie', 'Alt-Svc', 'Strict-Transport-Security'])(
    '%s is about the origin, not the bridge',
    (name) => {
      expect(answerFields([name, 'x', 'ETag', 'c'])).toEqual(['ETag', 'c'])
    },
  )

  test('what Connection names is dropped, but never the framing', () => {
    expect(answerFields(['Connection', 'x-hop, content-length', 'X-Hop', '1', 'Content-Length', '2'])).toEqual([
      'Content-Length',
      '2',
    ])
  })
})
