import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { startShiftedIssuer } from './shifted-issuer.ts'

const HOUR = 3_600

test.each([HOUR, -HOUR])('an issuer whose clock is off by %i s writes its own time into tokens', async (seconds) => {
  await using shifted = await startShiftedIssuer({ offset: seconds * 1_000, tokenLifetime: 60_000 })
  const answer = await fetch(`${shifted.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: shifted.clientId,
      client_secret: shifted.clientSecret,
    }),
  })
  const { access_token: token, expires_in: lifetime } = (await answer.json()) as {
    access_token: string
    expires_in: number
  }
  const { iat = 0, exp = 0 } = decodeJwt(token)
  expect([lifetime, exp - iat]).toEqual([60, 60])
  expect(Math.abs(iat - Date.now() / 1_000 - seconds)).toBeLessThan(60)
})
