import { createPublicKey, type KeyObject } from 'node:crypto'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import { checkedUrl, type Egress } from '@orthanc-oauth/egress'
import { ALGORITHMS, fits } from './algorithms.ts'
import type { JwtExpectations } from './expectations.ts'

/** Milliseconds: clocks that are kept differ by less, and a token that ended is not taken for longer. */
const DEFAULT_LEEWAY = 30_000
const LONGEST_LEEWAY = 60_000

/** The expectations, checked and copied. */
export interface Expectations {
  readonly source: { readonly publicKey: KeyObject } | { readonly jwksUri: URL; readonly egress: Egress }
  readonly issuer: string | undefined
  readonly audience: readonly string[]
  readonly algorithms: readonly string[]
  /** Milliseconds. */
  readonly leeway: number
  readonly onStaleKeys: () => void
}

/** @throws OrthancOAuthError CFG-001, CFG-002, CFG-104 or CFG-105, naming the option */
export function checkedExpectations(given: JwtExpectations): Expectations {
  const { leeway = DEFAULT_LEEWAY, algorithms = ['RS256'], issuer, audience = [], onStaleKeys = () => {} } = given
  if (!(leeway >= 0 && leeway <= LONGEST_LEEWAY))
    throw wrong('leeway', `is not from 0 to ${LONGEST_LEEWAY} ms`, 'Keep the clocks of both machines (NTP).')
  const unknown = algorithms.find((name) => !ALGORITHMS.has(name))
  if (unknown !== undefined || algorithms.length === 0)
    throw wrong(
      'algorithms',
      `has something else than ${[...ALGORITHMS.keys()].join(', ')}`,
      'Name what the issuer signs with. Algorithms with a shared secret, and none, let everybody make tokens who knows the key, or nobody.',
    )
  return Object.freeze({
    source: sourceOf(given, algorithms),
    issuer,
    audience: Object.freeze([audience].flat()),
    algorithms: Object.freeze([...algorithms]),
    leeway,
    onStaleKeys,
  })
}

function sourceOf(given: JwtExpectations, algorithms: readonly string[]): Expectations['source'] {
  const { publicKey, jwksUri, egress = {}, allowInsecureHttp = false } = given
  if (publicKey !== undefined && jwksUri !== undefined)
    throw new OrthancOAuthError('CFG-105', 'publicKey and jwksUri both say which key verifies', {
      details: { option: 'jwksUri' },
    })
  if (publicKey !== undefined) return { publicKey: keyOf(publicKey, algorithms) }
  if (jwksUri !== undefined) return { jwksUri: checkedUrl('jwksUri', jwksUri, allowInsecureHttp), egress }
  throw new OrthancOAuthError('CFG-001', 'publicKey or jwksUri is missing: nothing says which key verifies', {
    details: { option: 'publicKey' },
  })
}

function keyOf(pem: string, algorithms: readonly string[]): KeyObject {
  if (pem.includes('PRIVATE KEY'))
    throw wrong(
      'publicKey',
      'is a private key',
      "Give the issuer's public key, and change the private one: it was shown.",
    )
  const key = parsed(pem)
  if (!algorithms.some((name) => fits(name, key)))
    throw wrong(
      'algorithms',
      `has none that fits the public key (${key.asymmetricKeyType})`,
      'Name the algorithm that the issuer signs with.',
    )
  return key
}

function parsed(pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch (cause) {
    throw wrong('publicKey', 'is no PEM of a public key', 'Give it from -----BEGIN PUBLIC KEY----- on.', cause)
  }
}

function wrong(option: string, why: string, fix: string, cause?: unknown): OrthancOAuthError {
  return new OrthancOAuthError('CFG-002', `${option} ${why}`, { cause, details: { option }, troubleshooting: [fix] })
}
