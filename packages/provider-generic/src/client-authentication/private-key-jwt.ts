import { OrthancOAuthError } from '@orthanc-oauth/core'
import type * as OAuth from 'oauth4webapi'
import type { KeyOptions } from '../options/credentials.ts'
import { type CertificateThumbprints, certificateThumbprints } from './certificate-thumbprints.ts'
import { readPrivateKey } from './private-key.ts'
import { signingAlgorithm } from './signing-algorithm.ts'

/** A key, ready to sign assertions, and the header that names it. */
export interface AssertionKey {
  readonly key: OAuth.CryptoKey
  readonly keyId: string | undefined
  readonly header: Partial<CertificateThumbprints> & { readonly alg: string }
}

/** Reads it, now, with its certificate. @throws OrthancOAuthError CFG-002, CFG-102 */
export async function privateKeyJwtKey(options: KeyOptions): Promise<AssertionKey> {
  const { key, keyId, algorithm } = await readPrivateKey(options.key, options.password)
  const { name, subtle } = signingAlgorithm(key, options.algorithm ?? algorithm)
  const { certificateFile } = options
  const thumbprints = certificateFile === undefined ? {} : await certificateThumbprints(certificateFile, key)
  return {
    key: imported(() => key.toCryptoKey(subtle, false, ['sign'])),
    keyId: options.keyId ?? keyId,
    header: { alg: name, ...thumbprints },
  }
}

/** RFC 7523, section 2.2, signed by the client itself. */
export function privateKeyJwt(oauth: typeof OAuth, { key, keyId, header }: AssertionKey): OAuth.ClientAuth {
  return oauth.PrivateKeyJwt(
    { key, ...(keyId !== undefined && { kid: keyId }) },
    { [oauth.modifyAssertion]: (own) => Object.assign(own, header) },
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
