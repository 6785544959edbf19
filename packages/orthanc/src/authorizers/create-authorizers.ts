import { OrthancOAuthError, type RequestAuthorizer } from '@orthanc-oauth/core'
import type { Configuration } from '../configuration/configuration.ts'
import { throwIfAny } from '../configuration/configuration-errors.ts'
import { nearest } from '../configuration/nearest.ts'
import { configurationError } from '../configuration/problems.ts'
import type { ServerOptions } from '../configuration/server-options.ts'
import type { AuthorizerContext, ProviderRegistry } from './create-authorizer.ts'

/**
 * An authorizer for each server, by its name. Each provider's module is loaded on first use of its name.
 *
 * @throws ConfigurationErrors for every server whose provider is not known (CFG-002), cannot be loaded (CFG-103) or
 *   does not take its options
 */
export async function createAuthorizers(
  configuration: Pick<Configuration, 'servers'>,
  registry: ProviderRegistry,
  context: AuthorizerContext,
): Promise<ReadonlyMap<string, RequestAuthorizer>> {
  const authorizers = new Map<string, RequestAuthorizer>()
  const errors: OrthancOAuthError[] = []
  for (const server of configuration.servers)
    try {
      authorizers.set(server.name, await createAuthorizer(server, registry, context))
    } catch (error) {
      errors.push(located(error, server))
    }
  throwIfAny(errors)
  return authorizers
}

async function createAuthorizer(
  server: ServerOptions,
  registry: ProviderRegistry,
  context: AuthorizerContext,
): Promise<RequestAuthorizer> {
  const { provider, location } = server
  const known = Object.keys(registry)
  const load = Object.hasOwn(registry, provider) ? registry[provider] : undefined
  if (load === undefined)
    throw configurationError(
      'CFG-002',
      { ...location, path: `${location.path}.ProviderType` },
      {
        found: 'an unknown provider',
        expected: `auto or one of ${known.join(', ')}`,
        nearest: nearest(provider, known),
      },
    )
  const module = await load().catch((cause: unknown) => {
    throw configurationError('CFG-103', location, {
      found: `the provider ${provider}, whose package cannot be loaded`,
      expected: 'a provider whose package is installed beside this one',
      cause,
    })
  })
  const createAuthorizer: unknown = module.createAuthorizer
  if (typeof createAuthorizer !== 'function')
    throw configurationError('CFG-103', location, {
      found: `the provider ${provider}, whose module exports no function createAuthorizer`,
      expected: 'a module that does: (server, { managers, clock }) => Promise<RequestAuthorizer>',
    })
  return module.createAuthorizer(server, context)
}

/** A provider knows no configuration file: where its error comes from is added here. */
function located(error: unknown, { provider, location, locate }: ServerOptions): OrthancOAuthError {
  if (!(error instanceof OrthancOAuthError))
    return configurationError('CFG-002', location, {
      found: `options that the provider ${provider} does not take`,
      expected: 'what its documents say',
      cause: error,
    })
  if (error.details.file === location.file) return error
  const { option } = error.details
  const place = (typeof option === 'string' ? locate(option) : undefined) ?? location
  const { file, line, path } = place
  return new OrthancOAuthError(error.code, `${file}:${line}: ${path}: ${error.message}`, {
    cause: error,
    details: { ...error.details, ...place },
    troubleshooting: error.troubleshooting,
  })
}
