import { OrthancOAuthError, readSecret } from '@orthanc-oauth/core'
import type * as OAuth from 'oauth4webapi'
import type { Credentials, KeyOptions } from '../options/settings.ts'
import { certificateThumbprints } from './certificate-thumbprints.ts'
import { readPrivateKey } from './private-key.ts'
import { signingAlgorithm } from './signing-algorithm.ts'

/**
 * Seconds that the clock of assertions runs behind ours: an issuer whose clock is a little late must not take one for
 * issued in the future. Keycloak takes none older than 60 s, and none lives longer than that.
 */
export const ASSERTION_BACKDATING = 10

/** Reads the secret or key, now, and makes of it what oauth4webapi sends. @throws OrthancOAuthError CFG-002, CFG-102 */
export async function clientAuthentication(oauth: typeof OAuth, credentials: Credentials): Promise<OAuth.ClientAuth> {
  switch (credentials.method) {
    case 'client_secret_post':
      return oauth.ClientSecretPost((await readSecret(credentials.secret)).reveal())
    case 'client_secret_basic':
      return basic((await readSecret(credentials.secret)).reveal())
    case 'client_secret_jwt':
      return oauth.ClientSecretJwt((await readSecret(credentials.secret)).reveal())
    case 'private_key_jwt':
      return privateKeyJwt(oauth, credentials)
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

async function privateKeyJwt(oauth: typeof OAuth, options: KeyOptions): Promise<OAuth.ClientAuth> {
  const { key, keyId, algorithm } = await readPrivateKey(options.key, options.password)
  const { name, subtle } = signingAlgorithm(key, options.algorithm ?? algorithm)
  const { certificateFile } = options
  const thumbprints = certificateFile === undefined ? {} : await certificateThumbprints(certificateFile, key)
  const kid = options.keyId ?? keyId
  return oauth.PrivateKeyJwt(
    { key: imported(() => key.toCryptoKey(subtle, false, ['sign'])), ...(kid !== undefined && { kid }) },
    { [oauth.modifyAssertion]: (header) => Object.assign(header, { alg: name }, thumbprints) },
  )
}

/** An RSA-PSS key may be restricted to other parameters than the algorithm's (RFC 4055, section 3.1). */
function imported<T>(toCryptoKey: () => T): T {
  try {
    return toCryptoKey()
  } catch (cause) {
    throw new OrthancOAuthError('CFG-002', 'privateKeyAlgorithm does not fit the private key', {
      cause,
      details: { option: 'privateKeyAlgorithm' },
    })
  }
}
