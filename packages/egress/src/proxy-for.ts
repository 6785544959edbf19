import { OrthancOAuthError, type Secret } from '@orthanc-oauth/core'
import { isLoopback } from './loopback.ts'
import { isExempt } from './no-proxy.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The HTTP proxy that a request to `url` goes through; undefined: none.
 *
 * The one that is configured, else HTTPS_PROXY (for http: HTTP_PROXY), else ALL_PROXY; NO_PROXY exempts from each of
 * them. The same names in lower case win. This machine itself is never reached through a proxy: plain http to it is
 * allowed because it leaves nothing.
 *
 * @throws OrthancOAuthError CFG-002 for what is no URL of a proxy; nothing of it, which may hold a password, is shown
 */
export function proxyFor(url: URL, configured: Secret | undefined, env: Environment = process.env): URL | undefined {
  const said = (name: string) => env[name.toLowerCase()] || env[name]
  if (isLoopback(url.hostname) || isExempt(url, said('NO_PROXY') ?? '')) return undefined
  if (configured !== undefined) return proxyUrl(configured, 'httpProxy')
  const [name] = [`${url.protocol.slice(0, -1).toUpperCase()}_PROXY`, 'ALL_PROXY'].filter(said)
  const value = name && said(name)
  return value ? proxyUrl(value.includes('://') ? value : `http://${value}`, name) : undefined
}

/** @throws OrthancOAuthError CFG-002, naming the option or variable, for what is no URL of a proxy */
export function proxyUrl(value: Secret | string, option: string): URL {
  const url = URL.parse(typeof value === 'string' ? value : value.reveal())
  if (url !== null && isProxy(url)) return url
  throw new OrthancOAuthError('CFG-002', `${option} is not the URL of an HTTP proxy`, {
    details: { option },
    troubleshooting: ['Give it as http://proxy.example:3128, with user:password@ before the host where it wants them.'],
  })
}

/** An origin, with credentials that can be decoded at most. */
function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && pathname + search + hash === '/' && [username, password].every(canBeDecoded)
}

function canBeDecoded(encoded: string): boolean {
  try {
    decodeURIComponent(encoded)
    return true
  } catch {
    return false
  }
}
