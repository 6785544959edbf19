import { randomUUID } from 'node:crypto'
import { randomSecret } from '../issuer/test-clients.ts'
import { REALM } from './realm.ts'

interface Credentials {
  readonly username: string
  readonly password: string
}

/** Above that of the keys which Keycloak makes itself (100): what has it signs from then on. */
let keyPriority = 200

/** Keycloak's Admin REST API, as far as tests change a realm while it is in use. */
export class KeycloakAdmin {
  readonly #url: string
  readonly #credentials: Credentials

  /** @param url of the server, without a slash at the end */
  constructor(url: string, credentials: Credentials) {
    this.#url = url
    this.#credentials = credentials
  }

  /** Tokens are signed by a new RSA key; those that the old one signed stay valid. */
  async rotateRealmKeys(): Promise<void> {
    const { id } = await this.#json<{ id: string }>('GET', '')
    keyPriority += 1
    await this.request('POST', '/components', {
      name: `rsa-${randomUUID()}`,
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      parentId: id,
      config: { priority: [String(keyPriority)], enabled: ['true'], active: ['true'], algorithm: ['RS256'] },
    })
  }

  async setRealmEnabled(enabled: boolean): Promise<void> {
    await this.request('PUT', '', { realm: REALM, enabled })
  }

  async setClientEnabled(clientId: string, enabled: boolean): Promise<void> {
    await this.#changeClient(clientId, { enabled })
  }

  /** The old one is refused from then on. */
  async rotateSecret(clientId: string): Promise<string> {
    const secret = randomSecret()
    await this.#changeClient(clientId, { secret })
    return secret
  }

  /** @param path below the realm's. @throws where it is refused */
  async request(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.#url}/admin/realms/${REALM}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#token()}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
    return response
  }

  async #changeClient(clientId: string, change: object): Promise<void> {
    const [client] = await this.#json<[{ id: string }?]>('GET', `/clients?clientId=${encodeURIComponent(clientId)}`)
    if (client === undefined) throw new Error(`There is no client ${clientId}`)
    await this.request('PUT', `/clients/${client.id}`, { ...client, ...change })
  }

  async #json<T>(method: string, path: string): Promise<T> {
    return (await (await this.request(method, path)).json()) as T
  }

  /** A new one each time: they live a minute. */
  async #token(): Promise<string> {
    const response = await fetch(`${this.#url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...this.#credentials }),
    })
    if (!response.ok) throw new Error(`The administrator got no token: ${response.status}`)
    return ((await response.json()) as { access_token: string }).access_token
  }
}
