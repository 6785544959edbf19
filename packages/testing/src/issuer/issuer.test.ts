import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Issuer, startIssuer } from './issuer.ts'
import { randomSecret, refusedScope } from './test-clients.ts'

interface Answer {
  readonly access_token: string
  readonly expires_in: number
  readonly error: string
}

let issuer: Issuer

beforeEach(async () => {
  issuer = await startIssuer({
    tokenLifetime: 2_000,
    audiences: ['https://a.example/dicom', 'https://b.example/dicom'],
  })
})

afterEach(async () => {
  await issuer[Symbol.asyncDispose]()
})

async function ask(parameters: Record<string, string> = {}): Promise<{ status: number; answer: Answer }> {
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  const response = await fetch(issuer.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...parameters,
    }),
  })
  return { status: response.status, answer: (await response.json()) as Answer }
}

const verify = (token: string) => jwtVerify(token, createRemoteJWKSet(new URL(issuer.jwksUri)))

describe('startIssuer', () => {
  test.each(['openid-configuration', 'oauth-authorization-server'])('has metadata at %s', async (name) => {
    const metadata = await (await fetch(`${issuer.issuer}/.well-known/${name}`)).json()
    expect(metadata).toMatchObject({
      issuer: issuer.issuer,
      token_endpoint: issuer.tokenEndpoint,
      jwks_uri: issuer.jwksUri,
    })
  })

  test('gives a JWT for its audience that its keys verify', async () => {
    const { answer } = await ask({ scope: 'dicom.read' })
    const { payload, protectedHeader } = await verify(answer.access_token)
    expect(protectedHeader.alg).toBe('RS256')
    expect(payload).toMatchObject({ iss: issuer.issuer, aud: 'https://a.example/dicom', scope: 'dicom.read' })
  })

  test.each(['resource', 'audience'])('takes the audience from %s', async (parameter) => {
    const { answer } = await ask({ [parameter]: 'https://b.example/dicom' })
    expect(decodeJwt(answer.access_token).aud).toBe('https://b.example/dicom')
  })

  test('a changed lifetime counts from the next token on', async () => {
    expect((await ask()).answer.expires_in).toBe(2)
    issuer.tokenLifetime = 3_000
    const { answer } = await ask()
    const { iat = 0, exp = 0 } = decodeJwt(answer.access_token)
    expect([answer.expires_in, exp - iat]).toEqual([3, 3])
  })

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['a scope of nobody', { scope: refusedScope }, 400, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://c.example/' }, 400, 'invalid_target'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_what, parameters, status, error) => {
    expect(await ask(parameters)).toMatchObject({ status, answer: { error } })
  })

  test('a rotated secret counts at once, the old one no longer', async () => {
    const client = issuer.clients.client_secret_post
    const old = client.clientSecret
    client.clientSecret = randomSecret()
    expect((await ask({ client_secret: old })).status).toBe(401)
    expect((await ask()).status).toBe(200)
  })

  test('stopped it refuses connections, started again it verifies what it gave before', async () => {
    const { answer } = await ask()
    await issuer.stop()
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await issuer.start()
    await verify(answer.access_token)
    expect((await ask()).status).toBe(200)
  })

  test('records who asked for what, when, and what was given', async () => {
    const before = Date.now()
    const { answer } = await ask({ scope: 'dicom.read' })
    await ask({ client_secret: 'wrong' })
    await fetch(issuer.jwksUri)
    expect(issuer.requests.map(({ path }) => path)).toEqual(['/token', '/token', '/jwks'])
    const [given, refused] = issuer.tokenRequests
    const { clientId } = issuer.clients.client_secret_post
    expect(given).toMatchObject({ method: 'POST', status: 200, clientId, token: answer.access_token })
    expect(given?.parameters).toMatchObject({ scope: 'dicom.read' })
    expect(given?.at).toBeGreaterThanOrEqual(before)
    expect(refused).toMatchObject({ status: 401, clientId, token: undefined })
  })

  test('prints nothing', async () => {
    const printed = (['info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method))
    await using another = await startIssuer()
    await fetch(another.tokenEndpoint, { method: 'POST', body: 'garbage' })
    for (const spy of printed) expect(spy).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})
