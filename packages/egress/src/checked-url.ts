import { OrthancOAuthError } from '@orthanc-oauth/core'
import { BLOCKED_PORTS } from './blocked-ports.ts'
import { isLoopback } from './loopback.ts'

/**
 * An address that a secret may be sent to.
 *
 * @param option the name it has for whoever has to correct it
 * @throws OrthancOAuthError CFG-002, or CFG-104 for http beyond this machine; the address itself, which may hold a
 * secret, in neither
 */
export function checkedUrl(option: string, value: string, allowInsecureHttp: boolean): URL {
  const url = URL.parse(value)
  if (url === null) throw invalid(option, 'is no absolute URL')
  if (url.username !== '' || url.password !== '')
    throw new OrthancOAuthError('CFG-002', `${option} holds a user name or a password`, {
      details: { option },
      troubleshooting: ['Take them out of the URL and give them as client id and client secret.'],
    })
  if (url.hash !== '') throw invalid(option, 'has a fragment (RFC 6749, section 3.2)')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid(option, 'is neither https nor http')
  if (BLOCKED_PORTS.has(Number(url.port)))
    throw new OrthancOAuthError('CFG-002', `${option} has port ${url.port}, to which fetch connects never`, {
      details: { option, port: Number(url.port) },
      troubleshooting: ['Have the issuer listen on another port: this one is reserved for another protocol.'],
    })
  if (url.protocol === 'http:' && !allowInsecureHttp && !isLoopback(url.hostname))
    throw new OrthancOAuthError('CFG-104', `${option} is plain http beyond this machine: ${url.host}`, {
      details: { option, host: url.host },
      troubleshooting: ['Use https, or allow secrets and tokens to cross the network in clear by AllowInsecureHttp.'],
    })
  return url
}

function invalid(option: string, why: string): OrthancOAuthError {
  return new OrthancOAuthError('CFG-002', `${option} ${why}`, { details: { option } })
}
