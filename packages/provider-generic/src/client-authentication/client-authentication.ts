import { type AcquireRequest, readSecret } from '@orthanc-oauth/core'
import type * as OAuth from 'oauth4webapi'
import type { Credentials } from '../options/credentials.ts'
import { federatedAssertion } from './federated-assertion.ts'
import { privateKeyJwt, privateKeyJwtKey } from './private-key-jwt.ts'

/**
 * Seconds that the clock of assertions runs behind ours: an issuer whose clock is a little late must not take one for
 * issued in the future. Keycloak takes none older than 60 s, and none lives longer than that.
 */
export const ASSERTION_BACKDATING = 10

/** Reads the secret or key, now, and makes of it what oauth4webapi sends. @throws OrthancOAuthError CFG-002, CFG-102 */
export async function clientAuthentication(
  oauth: typeof OAuth,
  credentials: Credentials,
  request: Pick<AcquireRequest, 'clock' | 'signal'>,
): Promise<OAuth.ClientAuth> {
  switch (credentials.method) {
    case 'client_secret_post':
      return oauth.ClientSecretPost((await readSecret(credentials.secret, 'clientSecret')).reveal())
    case 'client_secret_basic':
      return basic((await readSecret(credentials.secret, 'clientSecret')).reveal())
    case 'client_secret_jwt':
      return oauth.ClientSecretJwt((await readSecret(credentials.secret, 'clientSecret')).reveal())
    case 'private_key_jwt':
      return privateKeyJwt(oauth, await privateKeyJwtKey(credentials))
    case 'client_assertion':
      return assertion((await federatedAssertion(credentials.file, request)).reveal())
    case 'tls_client_auth':
      return oauth.TlsClientAuth()
    case 'none':
      return oauth.None()
  }
}

/**
 * RFC 6749, section 2.3.1. oauth4webapi's own also escapes `-`, `.` and `_`, which appendix B leaves alone; issuers that
 * forget to decode would then not know the UUIDs that client ids mostly are.
 */
function basic(secret: string): OAuth.ClientAuth {
  const encoded = (value: string) => new URLSearchParams({ '': value }).toString().slice('='.length)
  return (_server, client, _body, headers) => {
    const credentials = `${encoded(client.client_id)}:${encoded(secret)}`
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
  }
}

/** RFC 7523, section 2.2. */
function assertion(signed: string): OAuth.ClientAuth {
  return (_server, client, body) => {
    body.set('client_id', client.client_id)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', signed)
  }
}
