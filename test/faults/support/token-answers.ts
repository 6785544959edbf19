import { type Behaviour, json } from '@orthanc-oauth/testing'

export interface TokenAnswer {
  readonly access_token?: unknown
  readonly token_type?: unknown
  /** Seconds. */
  readonly expires_in?: unknown
}

const HOUR = 3600

/** A success of the token endpoint (RFC 6749, section 5.1), an opaque bearer of an hour unless told otherwise; undefined leaves a member out. */
export function tokenAnswer(members: TokenAnswer = {}): Behaviour {
  return json({ access_token: 'opaque', token_type: 'Bearer', expires_in: HOUR, ...members })
}

/** Each time another token: `first-1`, `first-2`, … */
export function numberedTokens(prefix: string, members: TokenAnswer = {}): Behaviour {
  let count = 0
  return (exchange) => {
    count += 1
    return tokenAnswer({ ...members, access_token: `${prefix}-${count}` })(exchange)
  }
}

/** A refusal of the token endpoint (RFC 6749, section 5.2). */
export function oauthError(error: string, status = 400, members: Readonly<Record<string, string>> = {}): Behaviour {
  return json({ error, ...members }, { status })
}

/** A JWT with these claims (seconds). Its signature is none: whoever relays a token does not verify it. */
export function jwt(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part(claims)}.${part('no signature')}`
}
