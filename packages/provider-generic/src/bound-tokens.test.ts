import { createPublicKey, hash, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AcquireRequest, Secret, systemClock, TokenManager, type TokenProvider } from '@orthanc-oauth/core'
import {
  acquireRequest,
  answer,
  type Certificates,
  certificates,
  failureOf,
  type Issuer,
  json,
  leaks,
  startFaultServer,
  startIssuer,
  type TemporaryFolder,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { genericProvider } from './generic-provider.ts'
import type { GenericProviderOptions } from './options/generic-provider-options.ts'

let pki: Certificates
let folder: TemporaryFolder
let caFile: string

beforeAll(async () => {
  pki = await certificates()
  folder = await temporaryFolder()
  caFile = await written('ca.pem', pki.ca.certificate)
  return () => folder[Symbol.asyncDispose]()
})

async function written(name: string, text: string): Promise<string> {
  const file = join(folder.path, name)
  await writeFile(file, text)
  return file
}

const head = { method: 'POST', url: 'https://pacs.example/dicom-web/studies?a=b#c', headers: {} }
const withSecret = ({ clients }: Issuer) => ({
  clientId: clients.client_secret_post.clientId,
  clientSecret: new Secret(clients.client_secret_post.clientSecret),
})

/** What a token says that it is bound to (RFC 7800). */
async function boundTo(provider: TokenProvider, more?: Partial<AcquireRequest>) {
  const token = await provider.acquire(acquireRequest(more))
  return { token, cnf: decodeJwt<{ cnf?: Record<string, string> }>(token.reveal()).cnf ?? {} }
}

const thumbprintOf = (certificate: string) => hash('sha256', new X509Certificate(certificate).raw, 'base64url')

describe('DPoP', () => {
  const provider = (issuer: Issuer, more: Partial<GenericProviderOptions> = {}) =>
    genericProvider({ issuer: issuer.issuer, dpop: true, ...withSecret(issuer), ...more })

  test.each(['allowed', 'required', 'required-with-nonce'] as const)(
    'where it is %s, the token is bound to the key that proofs are made with',
    async (dpop) => {
      await using issuer = await startIssuer({ dpop })
      const bound = provider(issuer)
      const { token, cnf } = await boundTo(bound)
      expect(token.type).toBe('DPoP')
      const proof = (await bound.binding?.proof?.(head, token, 'n1')) ?? ''
      const { jwk, ...header } = decodeProtectedHeader(proof)
      expect(header).toEqual({ alg: 'ES256', typ: 'dpop+jwt' })
      expect(await calculateJwkThumbprint(jwk ?? {})).toBe(cnf.jkt)
      expect(decodeJwt(proof)).toMatchObject({
        htm: 'POST',
        htu: 'https://pacs.example/dicom-web/studies',
        nonce: 'n1',
        ath: hash('sha256', token.reveal(), 'base64url'),
      })
    },
  )

  test('the key stays that of the provider, another provider has another, and no proof is like the other', async () => {
    await using issuer = await startIssuer({ dpop: 'required' })
    const one = provider(issuer)
    const first = await boundTo(one)
    expect((await boundTo(one)).cnf).toEqual(first.cnf)
    expect((await boundTo(provider(issuer))).cnf.jkt).not.toBe(first.cnf.jkt)
    const proofs = [await one.binding?.proof?.(head, first.token), await one.binding?.proof?.(head, first.token)]
    expect(new Set(proofs.map((proof) => decodeJwt(proof ?? '').jti)).size).toBe(2)
  })

  test('TOK-F19: a nonce is learnt by exactly one more request, with another assertion, and used from then on', async () => {
    await using issuer = await startIssuer({ dpop: 'required-with-nonce' })
    const { clientId, keys } = issuer.clients.private_key_jwt
    const own = provider(issuer, {
      clientId,
      clientAuthentication: 'private_key_jwt',
      privateKey: new Secret(keys.p256.key.export({ type: 'pkcs8', format: 'pem' }) as string),
      privateKeyId: keys.p256.keyId,
    })
    await own.acquire(acquireRequest())
    expect(issuer.tokenRequests.map(({ status }) => status)).toEqual([400, 200])
    const assertions = issuer.tokenRequests.map(({ parameters }) => parameters.client_assertion)
    expect(new Set(assertions).size).toBe(2)
    await own.acquire(acquireRequest())
    expect(issuer.tokenRequests.map(({ status }) => status)).toEqual([400, 200, 200])
  })

  test('TOK-F19: an issuer that asks again and again gets two requests, and its refusal is the error', async () => {
    await using endpoint = await startFaultServer()
    endpoint.always(
      answer({
        status: 400,
        headers: { 'content-type': 'application/json', 'dpop-nonce': 'n1' },
        body: '{"error":"use_dpop_nonce"}',
      }),
    )
    const own = genericProvider({
      tokenEndpoint: endpoint.url,
      clientId: 'a',
      clientSecret: new Secret('s'),
      dpop: true,
    })
    expect(await failureOf(own)).toMatchObject({
      code: 'TOK-001',
      retryable: false,
      details: { error: 'use_dpop_nonce' },
    })
    expect(endpoint.requests).toHaveLength(2)
    const nonces = endpoint.requests.map((request) => decodeJwt(request.values('dpop')[0] ?? '').nonce)
    expect(nonces).toEqual([undefined, 'n1'])
  })

  test('TOK-F19: a challenge without a nonce is not answered', async () => {
    await using endpoint = await startFaultServer()
    endpoint.always(json({ error: 'use_dpop_nonce' }, { status: 400 }))
    const own = genericProvider({
      tokenEndpoint: endpoint.url,
      clientId: 'a',
      clientSecret: new Secret('s'),
      dpop: true,
    })
    await failureOf(own)
    expect(endpoint.requests).toHaveLength(1)
  })

  test('a token that is bound to nothing is refused where it should be, and a bound one where it should not', async () => {
    await using endpoint = await startFaultServer()
    const options = { tokenEndpoint: endpoint.url, clientId: 'a', clientSecret: new Secret('s') }
    endpoint.always(json({ access_token: 'c4n4ry', token_type: 'Bearer', expires_in: 60 }))
    const error = await failureOf(genericProvider({ ...options, dpop: true }))
    expect(error).toMatchObject({ code: 'TOK-005', message: expect.stringContaining('not bound to a key') })
    endpoint.always(json({ access_token: 'c4n4ry', token_type: 'dPoP', expires_in: 60 }))
    const other = await failureOf(genericProvider(options))
    expect(other).toMatchObject({ code: 'TOK-005', message: expect.stringContaining('DPoP is not asked for') })
    expect([leaks(error, ['c4n4ry']), leaks(other, ['c4n4ry'])]).toEqual([[], []])
  })

  test('an issuer that requires it says so to a client that has it not', async () => {
    await using issuer = await startIssuer({ dpop: 'required' })
    const error = await failureOf(provider(issuer, { dpop: false }))
    expect(error).toMatchObject({ code: 'TOK-001', retryable: false })
    expect(error.troubleshooting.join()).toMatch(/switch on DPoP/i)
  })
})

describe('mutual TLS', () => {
  const startTlsIssuer = () => startIssuer({ tls: pki.server, clientCa: pki.ca.certificate })
  const identity = async ({ key, certificate } = pki.client, name = 'client') => ({
    certificateFile: await written(`${name}.crt`, certificate),
    keyFile: await written(`${name}.key`, key),
  })

  test('the certificate is the authentication, and the token is bound to it', async () => {
    await using issuer = await startTlsIssuer()
    const clientCertificate = await identity()
    const provider = genericProvider({
      issuer: issuer.issuer,
      clientId: issuer.clients.tls_client_auth.clientId,
      clientAuthentication: 'tls_client_auth',
      clientCertificate,
      caFile,
    })
    const { token, cnf } = await boundTo(provider)
    expect(token.type).toBe('Bearer')
    expect(cnf).toEqual({ 'x5t#S256': thumbprintOf(pki.client.certificate) })
    expect(provider.binding).toEqual({ tls: clientCertificate })
    expect(issuer.tokenRequests[0]?.parameters).not.toHaveProperty('client_secret')
  })

  test('with a secret, tokens are bound to the certificate too', async () => {
    await using issuer = await startTlsIssuer()
    const provider = genericProvider({
      issuer: issuer.issuer,
      ...withSecret(issuer),
      clientCertificate: await identity(),
      caFile,
    })
    expect((await boundTo(provider)).cnf).toEqual({ 'x5t#S256': thumbprintOf(pki.client.certificate) })
  })

  test('NET-F8: a rotated certificate counts at the next acquisition, and one that has expired asks nobody', async () => {
    await using issuer = await startTlsIssuer()
    const provider = genericProvider({
      issuer: issuer.issuer,
      ...withSecret(issuer),
      clientCertificate: await identity(pki.client, 'rotated'),
      caFile,
    })
    await boundTo(provider)
    await identity(pki.server, 'rotated')
    expect((await boundTo(provider)).cnf).toEqual({ 'x5t#S256': thumbprintOf(pki.server.certificate) })
    await identity(pki.expired, 'rotated')
    expect(await failureOf(provider)).toMatchObject({
      code: 'CFG-002',
      message: expect.stringContaining('expired'),
      details: { option: 'clientCertificate.certificateFile' },
    })
    expect(issuer.tokenRequests).toHaveLength(2)
  })

  test('an issuer that asks for certificates at an address of its own is asked there (mtls_endpoint_aliases)', async () => {
    await using issuer = await startTlsIssuer()
    await using metadata = await startFaultServer({ tls: pki.server })
    const at = (tokenEndpoint: string) =>
      metadata.always(
        json({
          issuer: metadata.url,
          token_endpoint: `${metadata.url}/token`,
          mtls_endpoint_aliases: { token_endpoint: tokenEndpoint },
        }),
      )
    const options = { issuer: metadata.url, ...withSecret(issuer), clientCertificate: await identity(), caFile }
    at(issuer.tokenEndpoint)
    await boundTo(genericProvider(options))
    expect(issuer.tokenRequests).toHaveLength(1)
    at(issuer.tokenEndpoint.replace('https:', 'http:'))
    expect(await failureOf(genericProvider(options))).toMatchObject({ code: 'CFG-104' })
  })

  test.each(['issuer', 'tokenEndpoint'])('over plain http (%s) there is nothing to show it to', async (option) => {
    const clientCertificate = await identity()
    const options = { clientId: 'a', clientSecret: new Secret('s'), clientCertificate }
    expect(() => genericProvider({ ...options, [option]: 'http://127.0.0.1/' })).toThrow(
      expect.objectContaining({ code: 'CFG-002', details: { option } }),
    )
  })
})

test('check() reads what an acquisition would read, and asks nobody', async () => {
  await using endpoint = await startFaultServer()
  const base = { tokenEndpoint: `${endpoint.url}/token`, clientId: 'a' }
  const wrong: readonly [string, string, Partial<GenericProviderOptions>][] = [
    ['CFG-102', 'clientSecret', { clientSecret: { file: join(folder.path, 'none') } }],
    ['CFG-002', 'privateKey', { clientAuthentication: 'private_key_jwt', privateKey: new Secret('no key') }],
    ['CFG-102', 'clientAssertion', { clientAuthentication: 'private_key_jwt', clientAssertion: { file: '/none' } }],
    ['CFG-102', 'caFile', { clientSecret: new Secret('s'), caFile: '/none' }],
  ]
  for (const [code, option, options] of wrong) {
    const { check } = genericProvider({ ...base, ...options })
    await expect(check?.(), option).rejects.toMatchObject({ code, details: { option } })
  }
  await genericProvider({ ...base, clientSecret: new Secret('s'), caFile }).check?.()
  expect(endpoint.requests).toHaveLength(0)
})

test('managers of equal options share one key, and so one token', async () => {
  await using issuer = await startIssuer({ dpop: 'required' })
  const options = { issuer: issuer.issuer, dpop: true, ...withSecret(issuer) }
  expect(genericProvider(options).cacheKey).toBe(genericProvider(options).cacheKey)
  expect(genericProvider({ ...options, dpop: false }).cacheKey).not.toBe(genericProvider(options).cacheKey)
  await using manager = new TokenManager(genericProvider(options), { clock: systemClock })
  const { cnf } = decodeJwt<{ cnf: { jkt: string } }>((await manager.getToken()).reveal())
  const proof = (await manager.binding?.proof?.(head, await manager.getToken())) ?? ''
  expect(await calculateJwkThumbprint(decodeProtectedHeader(proof).jwk ?? {})).toBe(cnf.jkt)
  expect(createPublicKey({ key: { ...decodeProtectedHeader(proof).jwk }, format: 'jwk' }).type).toBe('public')
})
