import { OrthancOAuthError, type RequestAuthorizer, TokenManagers } from '@orthanc-oauth/core'
import { genericProvider } from '@orthanc-oauth/provider-generic'
import { fakeClock, leaks } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'
import { ConfigurationErrors } from '../configuration/configuration-errors.ts'
import type { ServerOptions } from '../configuration/server-options.ts'
import { configurationText, plainServer, written } from '../configuration/written.fixture.ts'
import type { ProviderRegistry } from './create-authorizer.ts'
import { createAuthorizers } from './create-authorizers.ts'

/** Tells which server it was made for; nothing of it is ever used. */
const authorizerOf = (server: ServerOptions) => ({ server }) as unknown as RequestAuthorizer

const registryOf = (...names: string[]): ProviderRegistry =>
  Object.fromEntries(
    names.map((name) => [name, async () => ({ createAuthorizer: async (server) => authorizerOf(server) })]),
  )

async function create(text: string, registry: ProviderRegistry) {
  await using files = await written(text)
  await using managers = new TokenManagers()
  const configuration = await files.read()
  return {
    configuration,
    authorizers: await createAuthorizers(configuration, registry, { managers, clock: fakeClock() }),
  }
}

async function errorsOf(text: string, registry: ProviderRegistry) {
  const error = await create(text, registry).catch((thrown: unknown) => thrown)
  if (error instanceof ConfigurationErrors) return error
  throw new Error('No ConfigurationErrors', { cause: error })
}

const twoServers = (first: string, second: string) =>
  configurationText({ ProviderType: first }).replace(
    '"Servers": {',
    `"Servers": { "other": ${JSON.stringify({ ...plainServer, Url: 'https://other', ProviderType: second })},`,
  )

describe('createAuthorizers', () => {
  test('each server gets the authorizer of its provider', async () => {
    const { authorizers, configuration } = await create(twoServers('auto', 'Acme'), registryOf('generic', 'acme'))
    expect([...authorizers.keys()]).toEqual(['other', 'pacs'])
    for (const server of configuration.servers) expect(authorizers.get(server.name)).toEqual({ server })
  })

  test('a provider that no server uses is not loaded', async () => {
    const registry = { ...registryOf('generic'), heavy: () => Promise.reject(new Error('It was loaded')) }
    await expect(create(configurationText(), registry)).resolves.toBeDefined()
  })

  test('an unknown provider is an error with the known names, of every server at once', async () => {
    const { errors } = await errorsOf(twoServers('genric', 'constructor'), registryOf('generic', 'acme'))
    expect(errors).toMatchObject([
      {
        code: 'CFG-002',
        details: { path: 'DicomWebOAuth.Servers.other.ProviderType', expected: 'auto or one of generic, acme' },
      },
      { code: 'CFG-002', details: { path: 'DicomWebOAuth.Servers.pacs.ProviderType', nearest: 'generic' } },
    ])
  })

  test('a provider whose package is missing is an error that says so', async () => {
    const { errors } = await errorsOf(configurationText({ ProviderType: 'acme' }), {
      acme: () => import('@orthanc-oauth/no-such-package' as string),
    })
    expect(errors).toMatchObject([
      { code: 'CFG-103', details: { found: 'the provider acme, whose package cannot be loaded' } },
    ])
  })

  test('a module without createAuthorizer is an error that says so', async () => {
    const { errors } = await errorsOf(configurationText({ ProviderType: 'acme' }), {
      acme: async () => ({ default: {} }) as never,
    })
    expect(errors).toMatchObject([
      { code: 'CFG-103', details: { found: 'the provider acme, whose module exports no function createAuthorizer' } },
    ])
  })

  test("a provider's own error gets the place, and keeps its code and what to do", async () => {
    const { errors } = await errorsOf(configurationText({ ProviderType: 'acme' }), {
      acme: async () => ({
        createAuthorizer: () =>
          Promise.reject(new OrthancOAuthError('CFG-001', 'No region', { troubleshooting: ['Give one'] })),
      }),
    })
    expect(errors).toMatchObject([
      { code: 'CFG-001', details: { path: 'DicomWebOAuth.Servers.pacs', line: 4 }, troubleshooting: ['Give one'] },
    ])
    expect(errors[0].message).toMatch(/orthanc\.json:4: DicomWebOAuth\.Servers\.pacs: No region$/)
  })

  test.each(['client_secret', 'client_id', 'client_assertion', 'grant_type'])(
    'an extra parameter that the generic provider keeps for itself (%s) gets the place, and its value does not show',
    async (parameter) => {
      const value = 'p4ssw0rd-of-the-client'
      const error = await errorsOf(configurationText({ ExtraParameters: { [parameter]: value } }), {
        generic: async () => ({
          createAuthorizer: async (server) => {
            const { tokenEndpoint, extraParameters } = server
            genericProvider({
              tokenEndpoint,
              clientId: 'client',
              clientAuthentication: 'none',
              extraParameters: extraParameters?.(),
            })
            return authorizerOf(server)
          },
        }),
      })
      expect(error.errors).toMatchObject([
        { code: 'CFG-002', details: { path: 'DicomWebOAuth.Servers.pacs.ExtraParameters', line: 9 } },
      ])
      expect(error.message).toMatch(
        new RegExp(
          `orthanc\\.json:9: DicomWebOAuth\\.Servers\\.pacs\\.ExtraParameters: extraParameters\\.${parameter} `,
        ),
      )
      expect(leaks(error, [value])).toEqual([])
    },
  )

  test('what a foreign provider throws is an error of ours, with nothing of its words', async () => {
    const error = await errorsOf(configurationText({ ProviderType: 'acme' }), {
      acme: async () => ({
        createAuthorizer: () => Promise.reject(new TypeError(`bad secret ${plainServer.ClientSecret}`)),
      }),
    })
    expect(error.errors).toMatchObject([{ code: 'CFG-002', cause: { name: 'TypeError' } }])
    expect(leaks(error, [plainServer.ClientSecret])).toEqual([])
  })
})
