import type { ErrorCode } from '@orthanc-oauth/core'

/** Issuers differ in what they say of a proof that is missing. */
const MAYBE_DPOP = 'If the issuer binds the tokens of this client to a key (RFC 9449), switch on DPoP for this server.'

export interface OAuthErrorMeaning {
  readonly code: ErrorCode
  readonly says: string
  /** Default: what the code says. */
  readonly troubleshooting?: readonly string[]
  readonly retryable?: boolean
}

/** What Auth0 says of a wrong secret; with any other status it speaks of a client that it knows. */
const UNAUTHENTICATED: OAuthErrorMeaning = {
  code: 'AUTH-001',
  says: "refused the client's credentials",
  troubleshooting: ['Check ClientId and the secret: Auth0 says this of wrong ones.'],
}

/** What the issuer means by its `error` and the status beside it; undefined: nothing that is known here. */
export function meaningOf(error: string | undefined, status: number): OAuthErrorMeaning | undefined {
  if (error === 'access_denied' && status === 401) return UNAUTHENTICATED
  return oauthErrorMeanings[error ?? '']
}

/** RFC 6749 section 5.2, RFC 8707 section 2, RFC 9449. */
const oauthErrorMeanings: Readonly<Record<string, OAuthErrorMeaning>> = {
  invalid_client: { code: 'AUTH-001', says: "refused the client's credentials" },
  unauthorized_client: {
    code: 'AUTH-001',
    says: 'refused this client',
    troubleshooting: [
      'Allow the client credentials grant for this client (Keycloak: "Service accounts roles").',
      'Some issuers, Keycloak among them, say this of a wrong secret too: check it.',
    ],
  },
  invalid_scope: { code: 'AUTH-002', says: 'does not grant the scope that is asked for' },
  invalid_target: {
    code: 'AUTH-002',
    says: 'does not know the resource or audience that is asked for',
    troubleshooting: ['Check Resource and Audience against what the issuer calls the DICOMweb server.'],
  },
  access_denied: {
    code: 'AUTH-002',
    says: 'does not let this client have such a token',
    troubleshooting: ['Authorise the client for the DICOMweb server at the issuer; check Audience and Scope.'],
  },
  invalid_grant: {
    code: 'TOK-001',
    says: 'refused the grant',
    troubleshooting: [
      "Compare this machine's clock with the issuer's; check that the client's key is still registered.",
      MAYBE_DPOP,
    ],
  },
  invalid_request: {
    code: 'TOK-001',
    says: 'calls the request invalid',
    troubleshooting: [
      'Check Audience, Resource and ExtraParameters: one that the issuer requires is missing or wrong.',
      MAYBE_DPOP,
    ],
  },
  unsupported_grant_type: {
    code: 'TOK-001',
    says: 'does not offer client_credentials',
    troubleshooting: [
      'Allow the client credentials grant at the issuer, or check that TokenEndpoint is the right one.',
    ],
  },
  use_dpop_nonce: {
    code: 'TOK-001',
    says: 'wants proofs of possession with a nonce',
    troubleshooting: [
      'Switch on DPoP for this server, or switch off at the issuer that the tokens of this client are bound (RFC 9449).',
    ],
  },
  invalid_dpop_proof: {
    code: 'TOK-001',
    says: 'wants a proof of possession, or another one',
    troubleshooting: [
      'Switch on DPoP for this server, or switch off at the issuer that the tokens of this client are bound (RFC 9449).',
      "Compare this machine's clock with the issuer's: proofs are good for seconds.",
    ],
  },
  server_error: { code: 'AUTH-003', says: 'failed', retryable: true },
  temporarily_unavailable: { code: 'AUTH-003', says: 'is not available', retryable: true },
}
