import { inspect } from 'node:util'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import { readConfiguration } from '@orthanc-oauth/orthanc'
import { temporaryFolder } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { writeConfiguration } from './support/bridge-configuration.ts'
import { bridgeWorld } from './support/bridge-world.ts'
import { canariesIn } from './support/canaries-in.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { shown } from './support/shown.ts'
import { jwt, tokenAnswer } from './support/token-answers.ts'

const secrets = {
  ClientSecret: 'canary-of-ClientSecret-0123456',
  PrivateKey: 'canary-of-PrivateKey-0123456',
  ProviderOptions: 'canary-of-ProviderOptions-0123456',
  ClientPassword: 'canary-of-ClientPassword-0123456',
  ControlUsers: 'canary-of-ControlUsers-0123456',
  'Orthanc.Password': 'canary-of-Orthanc.Password-0123456',
  RegisteredUsers: 'canary-of-RegisteredUsers-0123456',
  'a password in DicomWeb.Servers': 'canary-of-a-password-in-DicomWeb',
  'a header in DicomWeb.Servers': 'canary-of-a-header-in-DicomWeb',
  'a variable': 'canary-of-a-variable-0123456',
}

/** Every secret that a configuration can hold. */
const configuration = {
  server: 'https://pacs.example/dicom-web',
  tokenEndpoint: 'https://issuer.example/token',
  serverKeys: { ClientSecret: secrets.ClientSecret },
  servers: {
    byKey: {
      Url: 'https://key.example',
      ClientSecret: undefined,
      ClientAuthentication: 'private_key_jwt',
      PrivateKey: secrets.PrivateKey,
    },
    foreign: { Url: 'https://acme.example', ProviderType: 'acme', ProviderOptions: { key: secrets.ProviderOptions } },
    byVariable: { Url: 'https://variable.example', ClientSecret: '${CANARY}' },
  },
  section: {
    ClientPassword: secrets.ClientPassword,
    ControlUsers: { admin: secrets.ControlUsers },
    Orthanc: { Username: 'bridge', Password: secrets['Orthanc.Password'] },
  },
  orthanc: {
    RegisteredUsers: { orthanc: secrets.RegisteredUsers },
    DicomWeb: {
      Servers: {
        cloud: {
          Url: 'https://old.example',
          Username: 'old',
          Password: secrets['a password in DicomWeb.Servers'],
          HttpHeaders: { 'X-Api-Key': secrets['a header in DicomWeb.Servers'] },
        },
      },
    },
  },
}

fault('CFG-F6', 'inspect, JSON and text of a configuration show none of its secrets', async (seen) => {
  await using folder = await temporaryFolder()
  const file = await writeConfiguration(folder.path, configuration)
  const read = await readConfiguration(file, { env: { CANARY: secrets['a variable'] } })
  const said = shown(read)
  const leaked = canariesIn(said, secrets)
  expect(leaked).toBe(0)
  expect(read.servers.map(({ name }) => name)).toEqual(['cloud', 'byKey', 'foreign', 'byVariable'])
  expect(said).toContain('issuer.example')
  seen(`a configuration with ${Object.keys(secrets).length} secrets: ${leaked} of them in ${said.length} characters`)
})

const token = jwt({ sub: 'canary-of-the-token' })

fault('CFG-F6', 'inspect of a running bridge and all it holds shows neither a secret nor a token', async (seen) => {
  const { ClientSecret, ClientPassword } = secrets
  await using world = await bridgeWorld({
    tokens: tokenAnswer({ access_token: token }),
    serverKeys: { ClientSecret },
    section: { ClientPassword },
  })
  const authorization = `Basic ${Buffer.from(`viewer:${ClientPassword}`).toString('base64')}`
  const { status } = await ask(`${world.cloud}/studies`, { headers: { authorization } })
  const server = world.bridge.servers.get('cloud')
  const authorized = await server?.authorizer.authorize({ method: 'GET', url: `${world.origin.url}/`, headers: {} })
  const held = await server?.authorizer.bearer?.getToken()
  const said = [
    inspect(world.bridge, { depth: 10 }),
    inspect(server, { depth: 10 }),
    shown(authorized),
    shown(held),
    shown(server?.authorizer.credentials.status),
  ].join('\n')
  const leaked = canariesIn(said, { ClientSecret, ClientPassword, token })
  expect(leaked).toBe(0)
  expect(status).toBe(200)
  expect(held?.reveal()).toBe(token)
  expect(authorized?.headers.authorization).toBe(`Bearer ${token}`)
  seen(`bridge, server, authorization, token and status: ${leaked} secrets and tokens in ${said.length} characters`)
})

fault('CFG-F6', "of a library's error neither message, body nor causes are kept", async (seen) => {
  const { ClientSecret } = secrets
  const cause = Object.assign(new SyntaxError(`Unexpected token in ${token}`), {
    body: { access_token: token },
    code: ClientSecret,
    error: ClientSecret,
    cause: Object.assign(new Error(ClientSecret), { code: 'ECONNRESET', cause: { name: token } }),
  })
  const said = shown(new OrthancOAuthError('TOK-001', 'It failed', { cause }))
  const leaked = canariesIn(said, { ClientSecret, token })
  expect(leaked).toBe(0)
  expect(said).toContain('SyntaxError')
  expect(said).toContain('ECONNRESET')
  seen(
    `kept: ${['SyntaxError', 'ECONNRESET'].filter((word) => said.includes(word)).join(', ')}; ${leaked} secrets and tokens`,
  )
})
