import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import type { ListenAddress } from '@orthanc-oauth/orthanc'

/** In the details of what listen() throws, as `reason`. */
export const ADDRESS_TAKEN = 'EADDRINUSE'

const REASONS: Readonly<Record<string, string>> = {
  [ADDRESS_TAKEN]: 'another program listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is not known',
}

/**
 * Binds a server.
 *
 * @param key of the configuration that says where
 * @param onError told of what fails later: a connection that could not be accepted
 * @returns its URL, with the port that it got, without a slash at the end
 * @throws OrthancOAuthError CFG-002 that names the key
 */
export async function listen(
  server: Server,
  { host, port }: ListenAddress,
  key: string,
  onError: (error: Error) => void,
): Promise<string> {
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (cause) {
    const reason = String((cause as { code?: unknown }).code)
    const why = REASONS[reason] ?? 'the system refused'
    throw new OrthancOAuthError('CFG-002', `${key}: cannot listen on ${hostInUrl(host)}:${port}: ${why}`, {
      cause,
      details: { key, host, port, reason },
      troubleshooting: [`Stop the other program, or choose another address for ${key}.`],
    })
  }
  server.on('error', onError)
  return `http://${hostInUrl(host)}:${(server.address() as AddressInfo).port}`
}

/** An IPv6 address in its brackets (RFC 3986, section 3.2.2). */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** A URL that leads to what listens there from this machine: every address is bound by one that is none. */
export function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}
