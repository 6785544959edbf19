import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Clock } from '@orthanc-oauth/core'
import { type Behaviour, type FaultServer, json, startFaultServer } from '@orthanc-oauth/testing'
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import type { JwtExpectations } from './expectations.ts'
import { createVerifier } from './verifier.ts'

export const ISSUER = 'https://issuer.example/'
export const AUDIENCE = 'https://pacs.example'
/** Seconds. */
const LIFETIME = 300

export interface TestKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function newKey(kid: string): TestKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
}

/** One whose keys lie at an address, over a real socket. */
export interface IssuerOfKeys extends AsyncDisposable {
  readonly server: FaultServer
  readonly jwksUri: string
  /** Looks at the keys so far. */
  readonly looks: number
  /** What lies there from now on. */
  publish(...keys: readonly TestKey[]): void
  answers(behaviour: Behaviour): void
}

export async function issuerOfKeys(...keys: readonly TestKey[]): Promise<IssuerOfKeys> {
  const server = await startFaultServer()
  const publish = (...published: readonly TestKey[]) =>
    server.always(
      json({
        keys: published.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' })),
      }),
    )
  publish(...keys)
  return {
    server,
    jwksUri: `${server.url}/jwks`,
    get looks() {
      return server.requests.length
    },
    publish,
    answers: (behaviour) => server.always(behaviour),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** An access token as it should be, but for what is said otherwise. */
export function token(
  { kid, privateKey }: TestKey,
  clock: Clock,
  { header = {}, claims = {} }: { readonly header?: Partial<JWTHeaderParameters>; readonly claims?: JWTPayload } = {},
): Promise<string> {
  const now = Math.floor(clock.now() / 1_000)
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + LIFETIME, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid, ...header })
    .sign(privateKey)
}

export const expected = { issuer: ISSUER, audience: AUDIENCE } as const

export const verifierOf = (expectations: JwtExpectations, clock: Clock) =>
  createVerifier({ ...expected, ...expectations }, { clock })

/** As whoever forges one would write it: nothing is signed. */
export function unsigned(header: object, payload: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(payload)}.${signature}`
}
