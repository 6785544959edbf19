import type { ErrorCode } from '@orthanc-oauth/core'
import { isLoopbackHost } from './is-loopback-host.ts'
import type { Finding } from './problems.ts'

/** Parameters that hold a secret by their name, wherever somebody has put one into a URL. */
const SECRET_PARAMETER = /secret|password|token|assertion|key|sig/i

export interface UrlRules {
  /** Whether http may leave this machine. */
  readonly allowInsecureHttp: boolean
  /** Whether it may have a query: a token endpoint alone may (RFC 6749, section 3.2). */
  readonly query: boolean
  /** Where user name and password belong instead. */
  readonly credentials: string
}

/** A URL that was checked, or what is wrong with it: nothing of its text is in that, for it may hold a secret. */
export type CheckedUrl = { readonly url: URL } | { readonly code: ErrorCode; readonly finding: Finding }

export function checkUrl(text: string, { allowInsecureHttp, query, credentials }: UrlRules): CheckedUrl {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return wrong(
      'CFG-002',
      text === '' ? 'an empty string' : 'a string that is no http or https URL',
      'an absolute URL that begins with https://',
    )
  if (url.username !== '' || url.password !== '')
    return wrong('CFG-104', 'a user name or a password in a URL', `a URL without, and ${credentials}`)
  if (query && [...url.searchParams.keys()].some((name) => SECRET_PARAMETER.test(name)))
    return wrong('CFG-104', 'what seems to be a secret in the query of a URL', `a URL without, and ${credentials}`)
  if ((!query && text.includes('?')) || text.includes('#'))
    return wrong('CFG-002', 'a URL with a query or a fragment', query ? 'a URL without a fragment' : 'a URL without')
  if (!allowInsecureHttp && leavesInClear(url))
    return wrong(
      'CFG-104',
      'http to another machine',
      'https, or AllowInsecureHttp: true for this server, where that network is trusted',
    )
  return { url }
}

function wrong(code: ErrorCode, found: string, expected: string): CheckedUrl {
  return { code, finding: { found, expected } }
}

/** http that can be read on its way: everything but loopback. */
export const leavesInClear = (url: URL): boolean => url.protocol === 'http:' && !isLoopbackHost(url.hostname)

/** Its text without slashes at its end: as a prefix, and to compare. */
export const withoutSlash = (url: URL): string => url.href.replace(/\/+$/, '')

/** Its text with one slash at its end: as a base. */
export const withSlash = (url: URL): string => `${withoutSlash(url)}/`
