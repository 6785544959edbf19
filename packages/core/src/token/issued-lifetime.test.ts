import { describe, expect, test } from 'vitest'
import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import { issuedLifetime } from './issued-lifetime.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: unknown) => `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`
const lifetime = (expiresIn: unknown, token = 'opaque') => issuedLifetime(expiresIn, token, 'https://issuer.example')

describe('issuedLifetime', () => {
  test.each([
    { expiresIn: 3_600, ms: 3_600_000 },
    { expiresIn: '3600', ms: 3_600_000 },
    { expiresIn: ' 3600 ', ms: 3_600_000 },
    { expiresIn: '3599.5', ms: 3_599_500 },
    { expiresIn: 0.5, ms: 500 },
    { expiresIn: 86_401, ms: 86_400_000 },
    { expiresIn: 3.2e11, ms: 86_400_000 },
    { expiresIn: Number.POSITIVE_INFINITY, ms: 86_400_000 },
  ])('TOK-F04: expires_in $expiresIn is $ms ms, at most a day', ({ expiresIn, ms }) => {
    expect(lifetime(expiresIn)).toEqual({ lifetime: ms, stated: true })
  })

  test.each([0, -1, '0', '-3600', Number.NaN, '', 'soon', '1e3', true, {}, []])(
    'TOK-F04, TOK-F15: expires_in %j is refused',
    (expiresIn) => {
      expect(() => lifetime(expiresIn)).toThrow(expect.objectContaining({ code: 'TOK-005', retryable: false }))
    },
  )

  test.each([undefined, null])("TOK-F03: without expires_in (%s) a JWT's exp − iat counts", (expiresIn) => {
    expect(lifetime(expiresIn, jwt({ iat: 1_000, exp: 1_900 }))).toEqual({ lifetime: 900_000, stated: true })
  })

  test.each([
    'opaque',
    'a.b',
    'a.b.c',
    jwt({ exp: 1_900 }),
    jwt({ iat: 1_000, exp: '1900' }),
    jwt(null),
    `${part({})}.${Buffer.from('not json').toString('base64url')}.sig`,
  ])('TOK-F03: where nothing says, 300 s are assumed, and that is said (%s)', (token) => {
    expect(lifetime(undefined, token)).toEqual({ lifetime: 300_000, stated: false })
  })

  test.each([
    { expiresIn: 3_600, jwtSeconds: 300 },
    { expiresIn: 300, jwtSeconds: 3_600 },
  ])(
    'TOK-F16: of expires_in $expiresIn and a JWT of $jwtSeconds s the smaller counts, whatever the clock of the issuer',
    ({ expiresIn, jwtSeconds }) => {
      const longAgo = jwt({ iat: 1_000, exp: 1_000 + jwtSeconds })
      expect(lifetime(expiresIn, longAgo).lifetime).toBe(300_000)
    },
  )

  test('TOK-F15: a JWT that ends before it was issued is refused', () => {
    expect(() => lifetime(3_600, jwt({ iat: 1_000, exp: 1_000 }))).toThrow(OrthancOAuthError)
  })

  test('the error names the issuer and says nothing of the token', () => {
    const token = jwt({ iat: 2, exp: 1, canary: 'canary' })
    const [, payload = ''] = token.split('.')
    expect(() => lifetime(3_600, token)).toThrow(
      expect.toSatisfy(
        (error: OrthancOAuthError) =>
          error.message.includes('https://issuer.example') && !JSON.stringify(error).includes(payload),
      ),
    )
  })
})
