import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Clock, OrthancOAuthError } from '@orthanc-oauth/core'
import { createVerifier, type JwtExpectations, type JwtVerifier } from '@orthanc-oauth/jwt'
import {
  type Behaviour,
  type FakeClock,
  type FaultServer,
  fakeClock,
  json,
  startFaultServer,
} from '@orthanc-oauth/testing'
import { SignJWT } from 'jose'

export const ISSUER = 'https://issuer.example/'
export const AUDIENCE = 'https://pacs.example'
const SECOND = 1000
/** Seconds. */
const LIFETIME = 300

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function signingKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
}

/** What an issuer shows of its keys. */
export function keySet(...keys: readonly SigningKey[]): Behaviour {
  return json({
    keys: keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' })),
  })
}

export type Claims = Readonly<Record<string, unknown>>

export interface Signing {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Claims
}

/** An access token as it should be, but for what is said otherwise; undefined leaves a member out. */
export function signed({ kid, privateKey }: SigningKey, clock: Clock, { header, claims }: Signing = {}) {
  const now = Math.floor(clock.now() / SECOND)
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + LIFETIME, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid, ...header })
    .sign(privateKey)
}

/** As whoever forges one would write it: nothing is signed. */
export function forged(header: object, payload: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(payload)}.${signature}`
}

/** A verifier of tokens whose keys lie at a fault server, by a clock that stands still until it is moved. */
export interface JwtWorld extends AsyncDisposable {
  readonly keys: FaultServer
  readonly clock: FakeClock
  readonly verifier: JwtVerifier
  /** How often the keys were fetched. */
  readonly looks: number
  /** Verifications by keys that should have been fetched anew and could not be. */
  readonly stale: number
  /** `verified`, or the code and the reason of the refusal. */
  outcome(token: string): Promise<string>
}

export async function jwtWorld(published: Behaviour, expectations: JwtExpectations = {}): Promise<JwtWorld> {
  const keys = await startFaultServer()
  keys.always(published)
  const clock = fakeClock()
  let stale = 0
  const onStaleKeys = () => {
    stale += 1
  }
  const verifier = createVerifier(
    { jwksUri: `${keys.url}/jwks`, issuer: ISSUER, audience: AUDIENCE, onStaleKeys, ...expectations },
    { clock },
  )
  return {
    keys,
    clock,
    verifier,
    get looks() {
      return keys.requests.length
    },
    get stale() {
      return stale
    },
    outcome: (token) => outcomeOf(verifier.verify(token)),
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  }
}

/** @throws what is no error of ours */
function outcomeOf(verification: Promise<unknown>): Promise<string> {
  return verification.then(
    () => 'verified',
    (error: unknown) => {
      if (!(error instanceof OrthancOAuthError)) throw error
      return [error.code, error.details.reason].filter(Boolean).join(' ')
    },
  )
}
