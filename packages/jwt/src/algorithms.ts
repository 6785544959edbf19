import type { KeyObject } from 'node:crypto'

interface Fitting {
  readonly keyTypes: readonly string[]
  /** OpenSSL's name. */
  readonly curve?: string
}

const rsa: Fitting = { keyTypes: ['rsa'] }
const pss: Fitting = { keyTypes: ['rsa', 'rsa-pss'] }
const ec = (curve: string): Fitting => ({ keyTypes: ['ec'], curve })
const ed25519: Fitting = { keyTypes: ['ed25519'] }

/** Asymmetric signatures (RFC 7518 section 3.1, RFC 8037, RFC 9864), and the keys that each goes with. */
export const ALGORITHMS: ReadonlyMap<string, Fitting> = new Map([
  ['RS256', rsa],
  ['RS384', rsa],
  ['RS512', rsa],
  ['PS256', pss],
  ['PS384', pss],
  ['PS512', pss],
  ['ES256', ec('prime256v1')],
  ['ES384', ec('secp384r1')],
  ['ES512', ec('secp521r1')],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
])

export function fits(algorithm: string, { asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { keyTypes, curve } = ALGORITHMS.get(algorithm) ?? { keyTypes: [] }
  return (
    keyTypes.includes(asymmetricKeyType ?? '') && (curve === undefined || curve === asymmetricKeyDetails?.namedCurve)
  )
}
