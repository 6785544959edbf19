import type { ServerOptions } from '../configuration/server-options.ts'

/**
 * The server that a request's URL belongs to: of those with its origin the one whose path is the longest prefix of
 * whole segments (`/dicom` is none of `/dicomweb`).
 *
 * @param url absolute. One with a user name or password belongs to nobody: it has credentials of its own.
 */
export function matchServer(servers: readonly ServerOptions[], url: string): ServerOptions | undefined {
  const target = URL.parse(url)
  if (target === null || target.username !== '' || target.password !== '') return undefined
  // Both are normalised, dot segments and default ports included, so characters can be compared.
  const path = `${target.origin}${target.pathname.replace(/\/*$/, '/')}`
  let longest: ServerOptions | undefined
  for (const server of servers)
    if (path.startsWith(`${server.url}/`) && server.url.length > (longest?.url.length ?? -1)) longest = server
  return longest
}
