import { createHash, X509Certificate } from 'node:crypto'
import { keycloakProvider } from '@orthanc-oauth/provider-keycloak'
import { acquireRequest, failureOf } from '@orthanc-oauth/testing'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { type KeycloakWorld, tokenBy } from './world.ts'

/** Milliseconds, as the realm file says; `expires_in` is a second less where a second passed while it was made. */
const LIFETIME = 300_000
const SECOND = 1_000

export function authenticatorTests(world: () => KeycloakWorld): void {
  describe('every client authenticator', () => {
    test.each([
      'client_secret_post',
      'client_secret_basic',
      'client_secret_jwt',
      'private_key_jwt',
      'tls_client_auth',
      'kubernetes',
    ] as const)('%s gives a token of this realm, for this client, audience and scope', async (name) => {
      const options = world().options(name)
      const { token, claims } = await tokenBy(options)
      expect(token.type).toBe('Bearer')
      expect(token.lifetime).toBeGreaterThanOrEqual(LIFETIME - SECOND)
      expect(token.lifetime).toBeLessThanOrEqual(LIFETIME)
      expect(claims).toMatchObject({ iss: options.realmUrl, azp: options.clientId, aud: world().keycloak.audience })
      expect(String(claims.scope).split(' ').sort()).toEqual(options.scope?.split(' ').sort())
    })

    test('the scope is what was asked for, and no more', async () => {
      const { claims } = await tokenBy({ ...world().options('client_secret_post'), scope: 'dicom.read' })
      expect(claims.scope).toBe('dicom.read')
    })

    test('a realm that is given with /auth is found without', async () => {
      const options = world().options('client_secret_post')
      const realmUrl = options.realmUrl.replace('/realms/', '/auth/realms/')
      const { claims } = await tokenBy({ ...options, realmUrl })
      expect(claims.iss).toBe(options.realmUrl)
    })

    test('an assertion of somebody else is read anew from its file at each acquisition', async () => {
      const { keycloak, file, options } = world()
      const expired = await keycloak.clients.kubernetes.assertion(keycloak.realmUrl, -120_000)
      const path = await file('rotated-token', expired)
      const provider = keycloakProvider({ ...options('kubernetes'), clientAssertion: { file: path } })
      expect(await failureOf(provider)).toMatchObject({ code: 'AUTH-001', retryable: false })
      await file('rotated-token', await keycloak.clients.kubernetes.assertion(keycloak.realmUrl))
      const token = await provider.acquire(acquireRequest())
      expect(decodeJwt(token.reveal()).azp).toBe('orthanc-kubernetes')
    })
  })

  describe('a token that is bound', () => {
    test('to a certificate names its thumbprint, and the provider shows it to the DICOMweb server too', async () => {
      const options = world().options('tls_client_auth')
      const { claims } = await tokenBy(options)
      const { raw } = new X509Certificate(world().keycloak.certificates.client.certificate)
      expect(claims.cnf).toEqual({ 'x5t#S256': createHash('sha256').update(raw).digest('base64url') })
      expect(keycloakProvider(options).binding?.tls).toMatchObject(options.clientCertificate ?? {})
    })

    test('to a key is a DPoP token and names the key that the provider proves', async () => {
      const provider = keycloakProvider(world().options('dpop'))
      const token = await provider.acquire(acquireRequest())
      const proof = await provider.binding?.proof?.(
        { method: 'GET', url: 'https://pacs.example/dicom-web/studies', headers: {} },
        token,
      )
      const claims = decodeJwt(token.reveal())
      const { jwk } = decodeProtectedHeader(proof ?? '')
      expect(token.type).toBe('DPoP')
      expect(claims.azp).toBe('orthanc-dpop')
      expect((claims.cnf as { jkt?: string }).jkt).toBe(await calculateJwkThumbprint(jwk as object))
      expect(decodeJwt(proof ?? '')).toMatchObject({ htm: 'GET', htu: 'https://pacs.example/dicom-web/studies' })
    })
  })
}
