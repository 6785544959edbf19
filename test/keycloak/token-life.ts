import { setTimeout as sleep } from 'node:timers/promises'
import { type AccessToken, Secret, systemClock, TokenManager } from '@orthanc-oauth/core'
import { createVerifier } from '@orthanc-oauth/jwt'
import { keycloakProvider } from '@orthanc-oauth/provider-keycloak'
import { acquireRequest, failureOf } from '@orthanc-oauth/testing'
import { decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { startRecordingFront } from './recording-front.ts'
import type { KeycloakWorld } from './world.ts'

/** Requests that one token must serve. */
const CALLERS = 50

export function tokenLifeTests(world: () => KeycloakWorld): void {
  /** A manager of this client's tokens, and what it asks of Keycloak. */
  async function managed(client: 'client_secret_post' | 'short') {
    const front = await startRecordingFront(world().keycloak.url)
    const realmUrl = `${front.url}/realms/orthanc`
    const manager = new TokenManager(keycloakProvider({ ...world().options(client), realmUrl }))
    return {
      front,
      manager,
      async [Symbol.asyncDispose]() {
        await manager[Symbol.asyncDispose]()
        await front[Symbol.asyncDispose]()
      },
    }
  }
  const askedFor = async (manager: TokenManager) => {
    const tokens = new Set<string>()
    for (let call = 0; call < CALLERS; call++) tokens.add((await manager.getToken()).reveal())
    return tokens.size
  }

  describe('a token in a manager', () => {
    test('of 300 s is asked for once, and serves every caller', async () => {
      await using one = await managed('client_secret_post')
      expect(await askedFor(one.manager)).toBe(1)
      expect(one.front.tokenRequests).toBe(1)
    })

    test('of 5 s serves every caller too, and is followed by another before it ends', async () => {
      await using one = await managed('short')
      const first = await one.manager.getToken()
      expect(first.lifetime).toBeLessThanOrEqual(5_000)
      expect(await askedFor(one.manager)).toBe(1)
      expect(one.front.tokenRequests).toBe(1)
      const next = await until(async () => {
        const token = await one.manager.getToken()
        expect(systemClock.monotonic() - token.sent.monotonic).toBeLessThan(token.lifetime)
        return token.reveal() === first.reveal() ? undefined : token
      })
      expect(next.sent.monotonic - first.sent.monotonic).toBeGreaterThan(first.lifetime / 2)
      expect(one.front.tokenRequests).toBe(2)
    })
  })

  describe('while it is in use', () => {
    test('the keys of the realm are rotated: tokens from before and after are verified', async () => {
      const { keycloak, options } = world()
      const provider = keycloakProvider(options('client_secret_post'))
      const verifier = createVerifier(
        {
          jwksUri: `${keycloak.realmUrl}/protocol/openid-connect/certs`,
          issuer: keycloak.realmUrl,
          audience: keycloak.audience,
        },
        { clock: systemClock },
      )
      const before = await provider.acquire(acquireRequest())
      await verifier.verify(before.reveal())
      await keycloak.admin.rotateRealmKeys()
      const after = await provider.acquire(acquireRequest())
      expect(keyOf(after)).not.toBe(keyOf(before))
      await verifier.verify(after.reveal())
      await verifier.verify(before.reveal())
    })

    test('the secret is rotated: the new one counts as soon as it is in its file', async () => {
      const { keycloak, options, file } = world()
      const { clientId, clientSecret } = keycloak.clients.client_secret_basic
      const path = await file('secret', `${clientSecret}\n`)
      const provider = keycloakProvider({ ...options('client_secret_basic'), clientSecret: { file: path } })
      await provider.acquire(acquireRequest())
      const secret = await keycloak.admin.rotateSecret(clientId)
      keycloak.clients.client_secret_basic.clientSecret = secret
      expect(await failureOf(provider)).toMatchObject({ code: 'AUTH-001' })
      await file('secret', secret)
      await provider.acquire(acquireRequest())
      const old = keycloakProvider({ ...options('client_secret_basic'), clientSecret: new Secret(clientSecret) })
      expect(await failureOf(old)).toMatchObject({ code: 'AUTH-001' })
    })

    test('Keycloak is killed and started again: a valid token serves meanwhile, and who has none gets one then', async () => {
      const { keycloak, options } = world()
      await using holding = new TokenManager(keycloakProvider(options('client_secret_post')))
      await using empty = new TokenManager(keycloakProvider(options('private_key_jwt')))
      const held = await holding.getToken()
      await keycloak.kill()
      await expect(empty.getToken({ signal: AbortSignal.timeout(5_000) })).rejects.toBeInstanceOf(Error)
      expect(await holding.getToken()).toBe(held)
      await keycloak.start()
      expect(await holding.getToken()).toBe(held)
      const given = await until(() => empty.getToken().catch(() => sleep(0, undefined)))
      expect(given.type).toBe('Bearer')
      const another = await holding.getToken({ after: held })
      expect(another.reveal()).not.toBe(held.reveal())
    }, 120_000)
  })
}

function keyOf(token: AccessToken): string | undefined {
  return decodeProtectedHeader(token.reveal()).kid
}
