import { type Clock, OrthancOAuthError, type TokenManagers } from '@orthanc-oauth/core'
import { type Configuration, createAuthorizers, type ProviderRegistry, type Template } from '@orthanc-oauth/orthanc'
import type { BridgedServer } from './bridged-server.ts'
import { egressOf } from './providers/egress-of.ts'
import { openUpstream } from './proxy/upstream.ts'

/**
 * Makes what each server of a configuration needs: its authorizer and the connections to it.
 *
 * @throws OrthancOAuthError that names the server whose configuration cannot be used
 */
export async function bridgedServers(
  configuration: Configuration,
  providers: ProviderRegistry,
  context: { readonly managers: TokenManagers; readonly clock: Clock },
): Promise<ReadonlyMap<string, BridgedServer>> {
  const { servers, templates } = configuration
  const { clock } = context
  const authorizers = await createAuthorizers(configuration, providers, context)
  const bridged = new Map<string, BridgedServer>()
  for (const options of servers) {
    const { name, url } = options
    const own = egressOf(options)
    const authorizer = authorizers.get(name)
    if (authorizer === undefined) throw new OrthancOAuthError('INT-001', `Server '${name}' has no authorizer`)
    const template = templates.get(name)
    const tls = authorizer.tls ?? template?.tls
    const upstream = await openUpstream({
      url,
      egress: { ...own, caFile: tls?.caFile ?? own.caFile, identity: tls },
      clock,
    })
    bridged.set(name, {
      name,
      options,
      authorizer,
      upstream,
      configuredFields: () => templateFields(template),
    })
  }
  return bridged
}

function templateFields(template: Template | undefined): string[] {
  return Object.entries(template?.headers ?? {}).flatMap(([name, value]) => [name, value.reveal()])
}
