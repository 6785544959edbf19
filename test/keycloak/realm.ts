import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import type { KeycloakWorld } from './world.ts'

/** What the tests of the auth service build on. */
export function realmTests(world: () => KeycloakWorld): void {
  describe('the realm of the launcher', () => {
    test.each(['admin', 'doctor', 'external'])(
      '%s logs in and has the role that Orthanc stacks give',
      async (username) => {
        const { realmUrl, passwords } = world().keycloak
        const response = await fetch(`${realmUrl}/protocol/openid-connect/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'password',
            client_id: 'orthanc-users',
            username,
            password: passwords[username] ?? '',
          }),
        })
        expect(response.status).toBe(200)
        const { access_token } = (await response.json()) as { access_token: string }
        expect(decodeJwt(access_token)).toMatchObject({ realm_access: { roles: [`${username}-role`] } })
      },
    )
  })
}
