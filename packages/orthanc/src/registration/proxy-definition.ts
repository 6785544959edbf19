import type { Secret } from '@orthanc-oauth/core'
import type { ServerOptions } from '../configuration/server-options.ts'
import type { Definition, ListedDefinition } from './definition.ts'

const MS = 1000

/**
 * Seconds that a whole transfer through the bridge may take, where nobody says otherwise: six hours. Orthanc's own
 * default, HttpTimeout, is 60 s in all, which cuts a large study (25 GB at 10 Mbit/s take 5.6 h). What has come to a
 * standstill the bridge ends by itself long before.
 */
const DEFAULT_TIMEOUT = 21_600

/** What of a definition carries over into ours: everything but where it leads and who asks. */
export type Model = Pick<Definition | ListedDefinition, 'Timeout' | 'properties'>

/** Where Orthanc finds a server at the bridge. */
export function definitionUrl(advertise: string, name: string): string {
  return `${advertise.replace(/\/*$/, '/')}${encodeURIComponent(name)}/`
}

/** The definition that leads to the bridge. What the server's own keys say beats the template. */
export function proxyDefinition(
  { name, flags }: ServerOptions,
  advertise: string,
  credentials: { readonly username: string; readonly password: Secret },
  model: Model | undefined,
): Definition {
  const { hasDelete, chunkedTransfers, hasWadoRsUniversalTransferSyntax, timeout } = flags
  return {
    Url: definitionUrl(advertise, name),
    Username: credentials.username,
    Password: credentials.password,
    Timeout: timeout === undefined ? (model?.Timeout ?? DEFAULT_TIMEOUT) : timeout / MS,
    properties: {
      ...model?.properties,
      ...(hasDelete !== undefined && { HasDelete: hasDelete }),
      ...(chunkedTransfers !== undefined && { ChunkedTransfers: chunkedTransfers }),
      ...(hasWadoRsUniversalTransferSyntax !== undefined && {
        HasWadoRsUniversalTransferSyntax: hasWadoRsUniversalTransferSyntax,
      }),
    },
  }
}
