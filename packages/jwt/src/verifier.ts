import type { Clock } from '@orthanc-oauth/core'
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import { checkAccessToken } from './access-token-claims.ts'
import { checkedExpectations, type Expectations } from './checked-expectations.ts'
import type { JwtExpectations } from './expectations.ts'
import { checkedHeader, type Header } from './header.ts'
import { candidatesIn, isUnknownKey, isWrongSignature, refusal } from './jose-errors.ts'
import { RemoteKeys } from './remote-keys.ts'

export interface VerifyOptions {
  /** The caller gives up. */
  readonly signal?: AbortSignal | undefined
}

export interface JwtVerifier {
  /**
   * What a token says, once it is shown to be what was expected: an access token (RFC 9068), signed by a key of the
   * issuer's, valid now.
   *
   * @throws OrthancOAuthError TOK-004, `details.reason` telling why; where the keys cannot be had, what went wrong, which
   * may be retryable
   */
  verify(token: string, options?: VerifyOptions): Promise<JWTPayload>
  /** Fetches keys that are not there yet. @throws OrthancOAuthError where they cannot be had */
  prepare(options?: VerifyOptions): Promise<void>
}

const MS = 1_000

/** jose is loaded by the first verification. @throws OrthancOAuthError CFG-001, CFG-002, CFG-104 or CFG-105, naming the option */
export function createVerifier(given: JwtExpectations, { clock }: { readonly clock: Clock }): JwtVerifier {
  const expectations = checkedExpectations(given)
  const { source, algorithms, onStaleKeys } = expectations
  if ('publicKey' in source)
    return {
      async verify(token) {
        checkedHeader(token, algorithms)
        return accessToken(token, async () => source.publicKey, optionsOf(expectations, clock))
      },
      prepare: async () => {},
    }
  const keys = new RemoteKeys({ ...source, clock, onStaleKeys })
  return {
    async verify(token, { signal } = {}) {
      const header = checkedHeader(token, algorithms)
      const keyOf = await keys.keysFor((candidate) => knows(candidate, header), signal)
      return accessToken(token, keyOf, optionsOf(expectations, clock))
    },
    prepare: ({ signal } = {}) => keys.prepare(signal),
  }
}

function optionsOf({ algorithms, issuer, audience, leeway }: Expectations, clock: Clock): JWTVerifyOptions {
  return {
    algorithms: [...algorithms],
    ...(issuer !== undefined && { issuer }),
    ...(audience.length > 0 && { audience: [...audience] }),
    clockTolerance: leeway / MS,
    currentDate: new Date(clock.now()),
    requiredClaims: ['exp'],
  }
}

/** Whether a set has the key that a header names, or several that may be meant. */
async function knows(keyOf: JWTVerifyGetKey, header: Header): Promise<boolean> {
  try {
    await keyOf({ ...header }, { payload: '', signature: '' })
    return true
  } catch (error) {
    return !isUnknownKey(error)
  }
}

async function accessToken(token: string, keyOf: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTPayload> {
  const { jwtVerify } = await import('jose/jwt/verify')
  const verified = (key: JWTVerifyGetKey) => jwtVerify(token, key, options).then(({ payload }) => payload)
  const payload = await verified(keyOf).catch(async (error: unknown) => {
    // A token that names no key is that of any key that fits (RFC 7515, section 4.1.4).
    let refused = error
    for await (const key of candidatesIn(error)) {
      try {
        return await verified(async () => key)
      } catch (reason) {
        if (!isWrongSignature(reason)) refused = reason
      }
    }
    throw refusal(refused)
  })
  checkAccessToken(payload)
  return payload
}
