import type { BaseUrl } from './base-url.ts'
import { parseRequestTarget } from './request-target.ts'

/**
 * Where a redirect of the server leads, seen from the bridge.
 *
 * Orthanc's client follows redirects by itself, and would take its password for the bridge along. So a redirect may
 * lead to the same server, by way of the bridge again, and nowhere else.
 *
 * @param target what was asked of the server, in origin form
 * @param server the first segment of the client's target, as the client wrote it
 * @returns a reference of the form /server/…, or undefined where it leads elsewhere
 */
export function redirectThroughBridge(
  base: BaseUrl,
  target: string,
  location: string,
  server: string,
): string | undefined {
  const destination = URL.parse(location, base.origin + target)
  if (destination === null || destination.origin !== base.origin) return undefined
  if (destination.username !== '' || destination.password !== '') return undefined
  const path = destination.pathname + destination.search
  const rest = path.slice(base.path.length)
  if (!path.startsWith(base.path) || !/^[/?]|^$/.test(rest)) return undefined
  const reference = `/${server}${rest}`
  return parseRequestTarget(reference) && reference
}
