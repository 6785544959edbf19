import { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'

/** Scheme and authority without user information, up to where the path begins: nothing that two parsers read in two ways. */
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+(?=[/?#]|$)/i

/** The origin (RFC 6454) in its canonical form. @throws OrthancOAuthError CFG-002 for what is none, or more than one */
export function canonicalOrigin(origin: string): string {
  const canonical = originOf(origin)
  if (canonical === undefined || !/^https?:\/\/[^/?#]+\/?$/i.test(origin))
    throw new OrthancOAuthError('CFG-002', 'origin must be scheme, host and port of an http or https server, no more')
  return canonical
}

/** Of an absolute http or https URL; undefined for anything else, and for one that carries a user or a password. */
export function originOf(url: string): string | undefined {
  const match = ORIGIN.exec(url)?.[0]
  return match !== undefined && URL.canParse(match) ? new URL(match).origin : undefined
}

/** Names and addresses of this machine that no resolver can lead elsewhere. */
const LOOPBACK = /^http:\/\/(127(\.\d{1,3}){3}|\[::1\]|localhost)(:\d+)?$/

/** Whether nobody between can read what is sent to it: https, or this machine itself. */
export function isConfidential(canonical: string): boolean {
  return canonical.startsWith('https:') || LOOPBACK.test(canonical)
}
