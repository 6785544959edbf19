import { BlockList, isIP } from 'node:net'

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

/**
 * Whether NO_PROXY names the host of a URL: `host`, which means its subdomains too, `.domain`, `*.domain`, an address, a
 * network such as 10.0.0.0/8, each with `:port` or without; `*` names all. Separated by commas or spaces (as curl reads it).
 */
export function isExempt({ protocol, hostname, port }: URL, noProxy: string): boolean {
  const host = bare(hostname)
  const wanted = port || DEFAULT_PORTS[protocol]
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true
      const [, name = entry, only] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? []
      return (only === undefined || only === wanted) && matches(host, bare(name))
    })
}

function matches(host: string, name: string): boolean {
  const [, network, length] = /^(.+)\/(\d{1,3})$/.exec(name) ?? []
  if (network !== undefined) return contains(network, Number(length), host)
  const domain = name.replace(/^\*?\./, '')
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`))
}

function contains(network: string, length: number, host: string): boolean {
  const family = isIP(host)
  if (family === 0 || isIP(network) !== family || length > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, length, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

/** An IPv6 address without its brackets. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
