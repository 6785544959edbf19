import type { OrthancOAuthError } from '../errors/orthanc-oauth-error.ts'
import type { TokenManager } from '../manager/token-manager.ts'
import type { TlsIdentity } from '../provider/token-binding.ts'
import type { Expiring } from '../token/expiring.ts'
import type { AnswerHead, RequestHead } from './heads.ts'

/** What a host uses: bearer, DPoP, mutual TLS and SigV4 look the same from here. */
export interface RequestAuthorizer {
  /** Prepares one attempt. Rejects rather than let anything go unauthorised. */
  authorize(request: RequestHead, options?: { signal?: AbortSignal | undefined }): Promise<Authorization>
  /** What keeps it going, also for signed and bound servers: start, status, test, refresh. */
  readonly credentials: TokenManager<Expiring>
  /** What of a body authorize must know: nothing, its length (else 411), its digest (kept up to 64 MiB, else 413). */
  readonly body: 'nothing' | 'length' | 'digest'
  /** Client certificate and trust for the connection. */
  readonly tls?: TlsIdentity
  /**
   * Why this server's 401s pass through, where it refuses what the issuer considers good (roles, audience): for status.
   * Absent once it accepts one.
   */
  readonly refusal?: OrthancOAuthError | undefined
  /** Present where a fixed header does the job: push mode, header endpoints of other proxies. */
  readonly bearer?: TokenManager
}

/** One attempt. For a bearer an object shared by all attempts with that token: nothing allocated. */
export interface Authorization {
  /** Replace the request's fields of the same name. Names in lower case. Not enumerable: inspect and JSON do not show them. */
  readonly headers: Readonly<Record<string, string>>
  /** Rewrites the body on its way out, where the signature covers it; its length if that can be known. */
  readonly encodeBody?: { readonly length?: number; encode(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> }
  /**
   * Told of every answer's head (401, DPoP-Nonce, Date, claims challenge). Where what it taught makes one more try
   * worthwhile, gives the way to that try's authorization, to be taken only if the body can still be sent. Ends by
   * itself: a nonce, a refusal.
   */
  answered(head: AnswerHead): (() => Promise<Authorization>) | undefined
}
