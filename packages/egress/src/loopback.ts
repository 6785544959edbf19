import { isIPv4 } from 'node:net'

/** Names and addresses of this machine that no resolver can lead elsewhere. @param hostname as a URL has it */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}
