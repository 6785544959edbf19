import { OrthancOAuthError } from '@orthanc-oauth/core'

/** A DICOMweb server's address, taken apart once, so that no request can change where it goes. */
export interface BaseUrl {
  readonly protocol: 'http:' | 'https:'
  /** For the connection: an IPv6 address without its brackets. */
  readonly hostname: string
  /** Absent: the scheme's own. */
  readonly port: number | undefined
  /** For the Host field: host, and port unless it is the scheme's own. */
  readonly authority: string
  readonly origin: string
  /** Byte for byte as configured, without the slash at its end: '' or starting with one. */
  readonly path: string
}

const ORIGIN_AND_PATH = /^https?:\/\/[^/?#\\]+([^?#\\]*)$/i

/** @throws OrthancOAuthError CFG-002 where it is no http(s) URL, or has a query, a fragment or credentials */
export function parseBaseUrl(url: string): BaseUrl {
  const parsed = URL.parse(url)
  const path = ORIGIN_AND_PATH.exec(url)?.[1]
  if (parsed === null || path === undefined || parsed.username !== '' || parsed.password !== '')
    throw new OrthancOAuthError(
      'CFG-002',
      'Url must be an http or https URL without credentials, query and fragment: the base of a DICOMweb server',
    )
  const { protocol, hostname, port, host, origin } = parsed
  return {
    protocol: protocol as 'http:' | 'https:',
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? undefined : Number(port),
    authority: host,
    origin,
    path: path.replace(/\/+$/, ''),
  }
}

/** The origin-form target of a request to the server: by string alone, because a URL object would change bytes. */
export function targetAt(base: BaseUrl, rest: string): string {
  const target = base.path + rest
  return target.startsWith('/') ? target : `/${target}`
}
