import { Secret } from '@orthanc-oauth/core'
import { type KeycloakProviderOptions, keycloakProvider } from '@orthanc-oauth/provider-keycloak'
import { failureOf, leaks } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { type KeycloakWorld, tokenBy } from './world.ts'

const WRONG = 'canary-of-a-wrong-secret'

export function refusalTests(world: () => KeycloakWorld): void {
  const failure = async (
    more: Partial<KeycloakProviderOptions>,
    of: 'client_secret_post' | 'dpop' = 'client_secret_post',
  ) => {
    const error = await failureOf(keycloakProvider({ ...world().options(of), ...more }))
    expect(leaks(error, [WRONG, world().keycloak.clients[of].clientSecret])).toEqual([])
    return { ...error.toJSON(), retryable: error.retryable, hints: error.troubleshooting.join(' ') }
  }

  describe('what Keycloak refuses is told with its code and what to do', () => {
    test('a wrong secret', async () => {
      expect(await failure({ clientSecret: new Secret(WRONG) })).toMatchObject({
        error_code: 'AUTH-001',
        retryable: false,
        details: { error: 'unauthorized_client', status: 401 },
        hints: expect.stringContaining('wrong secret'),
      })
    })

    test('a client without a service account', async () => {
      const { clientId, clientSecret } = world().keycloak.clients.noServiceAccount
      expect(await failure({ clientId, clientSecret: new Secret(clientSecret) })).toMatchObject({
        error_code: 'AUTH-001',
        details: { error: 'unauthorized_client' },
        hints: expect.stringContaining('Service account roles'),
      })
    })

    test('an unknown client', async () => {
      expect(await failure({ clientId: 'nobody' })).toMatchObject({
        error_code: 'AUTH-001',
        retryable: false,
        details: { error: 'invalid_client', status: 401 },
        hints: expect.stringContaining('no such client'),
      })
    })

    test('a disabled client, until it is enabled', async () => {
      const { admin, clients } = world().keycloak
      await admin.setClientEnabled(clients.client_secret_post.clientId, false)
      const refused = await failure({})
      await admin.setClientEnabled(clients.client_secret_post.clientId, true)
      expect(refused).toMatchObject({ error_code: 'AUTH-001', hints: expect.stringContaining('disabled') })
      await tokenBy(world().options('client_secret_post'))
    })

    test('a disabled realm, until it is enabled', async () => {
      const { admin } = world().keycloak
      await admin.setRealmEnabled(false)
      const refused = await failure({})
      await admin.setRealmEnabled(true)
      expect(refused).toMatchObject({
        error_code: 'AUTH-002',
        retryable: false,
        details: { error: 'access_denied' },
        hints: expect.stringContaining('realm is disabled'),
      })
      await tokenBy(world().options('client_secret_post'))
    })

    test('a realm that there is not', async () => {
      const { url } = world().keycloak
      expect(await failure({ realmUrl: `${url}/realms/Orthanc` })).toMatchObject({
        error_code: 'CFG-002',
        details: { option: 'realmUrl' },
        hints: expect.stringContaining(`${url}/auth/realms/Orthanc`),
      })
    })

    test('a scope that the client does not have', async () => {
      expect(await failure({ scope: 'dicom.admin' })).toMatchObject({
        error_code: 'AUTH-002',
        details: { error: 'invalid_scope' },
        hints: expect.stringContaining('Client scopes'),
      })
    })

    test('a client whose tokens must be bound to a key, without a proof', async () => {
      expect(await failure({ dpop: false }, 'dpop')).toMatchObject({
        error_code: 'TOK-001',
        retryable: false,
        hints: expect.stringContaining('switch on DPoP'),
      })
    })
  })
}
