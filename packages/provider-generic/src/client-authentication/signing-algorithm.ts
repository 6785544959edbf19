import type { KeyObject } from 'node:crypto'
import { OrthancOAuthError } from '@orthanc-oauth/core'

type SubtleAlgorithm = Parameters<KeyObject['toCryptoKey']>[0]

/** A JWS algorithm (RFC 7518 section 3.1, RFC 8037, RFC 9864), the keys that fit it, and its name in Web Crypto. */
interface SigningAlgorithm {
  readonly keyTypes: readonly string[]
  /** OpenSSL's name. */
  readonly curve?: string
  readonly subtle: SubtleAlgorithm
}

const rsa = (name: string, bits: number) => ({ name, hash: `SHA-${bits}` })
const pkcs1 = (bits: number): SigningAlgorithm => ({ keyTypes: ['rsa'], subtle: rsa('RSASSA-PKCS1-v1_5', bits) })
const pss = (bits: number): SigningAlgorithm => ({ keyTypes: ['rsa', 'rsa-pss'], subtle: rsa('RSA-PSS', bits) })
const ecdsa = (namedCurve: string, curve: string): SigningAlgorithm => ({
  keyTypes: ['ec'],
  curve,
  subtle: { name: 'ECDSA', namedCurve },
})
const ed25519: SigningAlgorithm = { keyTypes: ['ed25519'], subtle: { name: 'Ed25519' } }

/** In the order of preference for a key that fits several: what issuers know best comes first. */
const ALGORITHMS: ReadonlyMap<string, SigningAlgorithm> = new Map([
  ['RS256', pkcs1(256)],
  ['PS256', pss(256)],
  ['ES256', ecdsa('P-256', 'prime256v1')],
  ['ES384', ecdsa('P-384', 'secp384r1')],
  ['ES512', ecdsa('P-521', 'secp521r1')],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
  ['RS384', pkcs1(384)],
  ['RS512', pkcs1(512)],
  ['PS384', pss(384)],
  ['PS512', pss(512)],
])

/** Bits (RFC 7518, section 3.3). */
const SHORTEST_RSA = 2048

/**
 * The algorithm to sign with: the one asked for, or the first that the key fits.
 *
 * @throws OrthancOAuthError CFG-002
 */
export function signingAlgorithm(
  key: KeyObject,
  asked: string | undefined,
): { readonly name: string; readonly subtle: SubtleAlgorithm } {
  const { modulusLength = SHORTEST_RSA } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < SHORTEST_RSA)
    throw wrong('privateKey', `is an RSA key of ${modulusLength} bits; ${SHORTEST_RSA} are needed`)
  if (asked !== undefined && !ALGORITHMS.has(asked))
    throw wrong('privateKeyAlgorithm', `is none of ${[...ALGORITHMS.keys()].join(', ')}`)
  const fitting = [...ALGORITHMS].filter(([, algorithm]) => fits(key, algorithm))
  const [name, algorithm] = fitting.find(([each]) => each === (asked ?? each)) ?? []
  if (name !== undefined && algorithm !== undefined) return { name, subtle: algorithm.subtle }
  const kind = [key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve].filter(Boolean).join(' ')
  if (asked === undefined) throw wrong('privateKey', `is a key (${kind}) that signs no assertion`)
  throw wrong('privateKeyAlgorithm', `${asked} does not fit the private key (${kind})`)
}

function fits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, { keyTypes, curve }: SigningAlgorithm): boolean {
  return (
    keyTypes.includes(asymmetricKeyType ?? '') && (curve === undefined || curve === asymmetricKeyDetails?.namedCurve)
  )
}

function wrong(option: string, why: string): OrthancOAuthError {
  return new OrthancOAuthError('CFG-002', `${option} ${why}`, { details: { option } })
}
