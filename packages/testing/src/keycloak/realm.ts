import { createPublicKey } from 'node:crypto'
import type { KeycloakClients } from './keycloak-clients.ts'
import template from './orthanc-realm.json' with { type: 'json' }

/** The name of the realm, and of whom its tokens are for. */
export const REALM = template.realm
export const AUDIENCE = 'https://pacs.example/dicom-web'

/** Of people; the role of each is its name with `-role`. */
export const USERS = ['admin', 'doctor', 'external'] as const

export interface RealmSecrets {
  readonly clients: KeycloakClients
  readonly passwords: Readonly<Record<string, string>>
  /** Of the Kubernetes API server. */
  readonly serviceAccountIssuer: string
}

/** The realm file, with what is random in it filled in: it holds no secret in the repository. */
export function completeRealm({ clients, passwords, serviceAccountIssuer }: RealmSecrets): object {
  const secrets = new Map(
    Object.values(clients).flatMap((client) =>
      'clientSecret' in client ? [[client.clientId, client.clientSecret]] : [],
    ),
  )
  return {
    ...template,
    users: template.users.map((user) => ({
      ...user,
      credentials: [{ type: 'password', value: passwords[user.username], temporary: false }],
    })),
    identityProviders: template.identityProviders.map((provider) => ({
      ...provider,
      config: { issuer: serviceAccountIssuer },
    })),
    clients: template.clients.map((client) => ({
      ...client,
      ...(secrets.has(client.clientId) && { secret: secrets.get(client.clientId) }),
      ...(client.clientId === clients.private_key_jwt.clientId && {
        attributes: { ...client.attributes, 'jwks.string': jwksOf(clients) },
      }),
    })),
  }
}

function jwksOf({ private_key_jwt: { keys } }: KeycloakClients): string {
  const { key, keyId, algorithm } = keys.rsa
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return JSON.stringify({ keys: [{ ...jwk, kid: keyId, alg: algorithm, use: 'sig' }] })
}
