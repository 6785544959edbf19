import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { OrthancOAuthError, readSecret, type SecretSource } from '@orthanc-oauth/core'

export interface PrivateKey {
  readonly key: KeyObject
  /** Of a JWK that names them (RFC 7517, sections 4.4 and 4.5). */
  readonly keyId?: string
  readonly algorithm?: string
}

/**
 * Reads a key anew, PEM or JWK by its first character: a rotated one counts without a restart.
 *
 * @throws OrthancOAuthError CFG-002, CFG-102; nothing of the key in either
 */
export async function readPrivateKey(source: SecretSource, password: SecretSource | undefined): Promise<PrivateKey> {
  const text = (await readSecret(source, 'privateKey')).reveal()
  if (text.trimStart().startsWith('{')) return fromJwk(text)
  const encrypted = text.includes('ENCRYPTED')
  if (encrypted && password === undefined) throw wrong('privateKey', 'is encrypted: privateKeyPassword is missing')
  const passphrase = password === undefined ? undefined : (await readSecret(password, 'privateKeyPassword')).reveal()
  try {
    return { key: createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) }) }
  } catch (cause) {
    throw encrypted
      ? wrong('privateKeyPassword', 'does not open privateKey', cause)
      : wrong('privateKey', 'is no private key in PEM or JWK', cause)
  }
}

function fromJwk(text: string): PrivateKey {
  try {
    const jwk = JSON.parse(text) as JsonWebKey & { readonly kid?: string; readonly alg?: string }
    const { kid, alg } = jwk
    return {
      key: createPrivateKey({ key: jwk, format: 'jwk' }),
      ...(typeof kid === 'string' && { keyId: kid }),
      ...(typeof alg === 'string' && { algorithm: alg }),
    }
  } catch (cause) {
    throw wrong('privateKey', 'begins as a JWK and is no private one', cause)
  }
}

function wrong(option: string, why: string, cause?: unknown): OrthancOAuthError {
  return new OrthancOAuthError('CFG-002', `${option} ${why}`, { cause, details: { option } })
}
