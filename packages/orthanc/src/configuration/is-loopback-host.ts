import { isIPv4 } from 'node:net'

/**
 * Whether a host leads to this machine alone: a loopback address (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3), or
 * the name localhost. Not `*.localhost`: RFC 6761, section 6.3, asks resolvers for it, and some ask the network instead.
 *
 * @param host as it is listened on, or as a URL shows it: an IPv6 address in brackets or without
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'))
}
