import type { Egress } from '@orthanc-oauth/egress'

/** What a token must be like. Either `publicKey` or `jwksUri` is needed. */
export interface JwtExpectations {
  /** PEM: SPKI, PKCS#1 or an X.509 certificate. */
  readonly publicKey?: string | undefined
  /** Where the issuer's keys are (RFC 7517, section 5). */
  readonly jwksUri?: string | undefined
  /** `iss`, character by character. Default: any. */
  readonly issuer?: string | undefined
  /** One of these must be among `aud`. Default: any. */
  readonly audience?: string | readonly string[] | undefined
  /** Names of RFC 7518 and RFC 8037, of asymmetric algorithms alone. Default RS256. */
  readonly algorithms?: readonly string[] | undefined
  /** Milliseconds by which the clocks may differ, at most 60,000. Default 30,000. */
  readonly leeway?: number | undefined
  /** The way to `jwksUri`. */
  readonly egress?: Egress | undefined
  /** Of `jwksUri`. Default false: http to this machine alone, because whoever is between could give keys of his own. */
  readonly allowInsecureHttp?: boolean | undefined
  /** Told of each verification by keys that should have been fetched anew and could not be. */
  readonly onStaleKeys?: (() => void) | undefined
}
