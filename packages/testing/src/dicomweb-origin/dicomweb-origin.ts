import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'
import { LoopbackServer } from '../http/loopback-server.ts'
import { fetchJwks } from './fetch-jwks.ts'
import { Nonces } from './nonces.ts'
import { type Behind, passThrough } from './pass-through.ts'
import { countRefusal, emptyTally, type Tally } from './tally.ts'
import { type RefusalReason, tokenHash, type Verdict, verifyBearer } from './verify-bearer.ts'
import { type VerifyBinding, verifyBinding } from './verify-binding.ts'

export interface DicomWebOriginOptions {
  /** Whose tokens it accepts, for which audience. Its keys are fetched once: it may go away afterwards. */
  readonly issuer: {
    readonly issuer: string
    readonly jwksUri: string
    readonly audience: string
    /** PEM, where the issuer speaks https. */
    readonly ca?: string
  }
  /** Where requests with a valid token go: a launched Orthanc, or the embedded DICOMweb server. */
  readonly behind: Behind
  /** https, with this certificate. Default: http. */
  readonly tls?: KeyAndCertificate
  /** Asks clients for a certificate, which tokens may be bound to; whoever shows none is let in so far. Needs `tls`. Default false. */
  readonly clientCertificates?: boolean
  /** Wants a nonce in the proofs of tokens that are bound to a key (RFC 9449, section 9). Default false. */
  readonly nonces?: boolean
  /** Milliseconds that a token may have been expired. Default 0: the strictest server there can be. */
  readonly leeway?: number
}

/**
 * A DICOMweb server that accepts nothing but a valid token, and one that is bound to something with what it is bound to,
 * and counts what it was sent.
 */
export class DicomWebOrigin implements AsyncDisposable {
  readonly #server: LoopbackServer
  readonly #verify: (fields: readonly string[]) => Promise<Verdict>
  readonly #nonces: Nonces | undefined
  readonly #verifyBinding: VerifyBinding
  readonly #behind: Behind
  readonly #refusedTokens = new Set<string>()
  readonly #tally = emptyTally()
  #refusals = 0

  /** For startDicomWebOrigin alone. */
  constructor(
    verify: (fields: readonly string[]) => Promise<Verdict>,
    { behind, tls, clientCertificates = false, nonces = false }: DicomWebOriginOptions,
  ) {
    this.#verify = verify
    this.#nonces = nonces ? new Nonces() : undefined
    this.#verifyBinding = verifyBinding(() => this.origin, this.#nonces)
    this.#behind = behind
    this.#server = new LoopbackServer((incoming, response) => this.#answer(incoming, response), tls, clientCertificates)
  }

  /** scheme://host:port, without a slash at the end. */
  get origin(): string {
    return this.#server.origin
  }

  /** The path of the server behind, at this origin; a slash at the end. */
  get dicomWebUrl(): string {
    return `${this.origin}${new URL(this.#behind.dicomWebUrl).pathname.replace(/\/*$/, '/')}`
  }

  /** Since the first start. */
  get tally(): Readonly<Tally> {
    return this.#tally
  }

  /** Answers the next `count` requests that it would accept with 401. Infinity: all from now on; 0: no more. */
  refuseNext(count: number): void {
    this.#refusals = count
  }

  /** Answers this token with 401, though it is valid. */
  refuseToken(token: string): void {
    this.#refusedTokens.add(tokenHash(token))
  }

  /** Another nonce from now on; the one before is good still. */
  rotateNonce(): void {
    this.#nonces?.rotate()
  }

  /** As if killed: connections are cut, the port refuses. */
  stop(): Promise<void> {
    return this.#server.stop()
  }

  /** Again, on the same port. */
  start(): Promise<void> {
    return this.#server.start()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const tally = this.#tally
    tally.requests += 1
    const verdict = await this.#judge(incoming)
    if (this.#nonces !== undefined) response.setHeader('DPoP-Nonce', this.#nonces.current)
    if ('reason' in verdict) {
      countRefusal(tally, verdict.reason)
      response.writeHead(401, { 'WWW-Authenticate': challenge(verdict.reason) }).end()
      return
    }
    tally.tokens.add(tokenHash(verdict.token))
    if (incoming.headers.expect !== undefined) response.writeContinue()
    await passThrough(incoming, response, this.#behind, {
      bytesIn: (count) => {
        tally.bytesIn += count
      },
      bytesOut: (count) => {
        tally.bytesOut += count
      },
    })
  }

  async #judge(incoming: IncomingMessage): Promise<Verdict> {
    const verdict = this.#overrule(await this.#verify(incoming.headersDistinct.authorization ?? []))
    if ('reason' in verdict) return verdict
    const fault = await this.#verifyBinding(verdict, incoming)
    return fault === undefined ? verdict : { reason: fault }
  }

  #overrule(verdict: Verdict): Verdict {
    if ('reason' in verdict) return verdict
    if (this.#refusedTokens.has(tokenHash(verdict.token))) return { reason: 'forced' }
    if (this.#refusals === 0) return verdict
    this.#refusals -= 1
    return { reason: 'forced' }
  }
}

/** RFC 6750, section 3: no error code for a request without any authentication. RFC 9449, sections 7.1 and 9. */
function challenge(reason: RefusalReason): string {
  if (reason === 'missing') return 'Bearer'
  if (reason === 'proof nonce') return 'DPoP error="use_dpop_nonce"'
  return reason.startsWith('proof ') ? 'DPoP error="invalid_dpop_proof"' : 'Bearer error="invalid_token"'
}

/** Listens on a free port of 127.0.0.1. @throws where the issuer's keys cannot be fetched */
export async function startDicomWebOrigin(options: DicomWebOriginOptions): Promise<DicomWebOrigin> {
  const { issuer, jwksUri, audience, ca } = options.issuer
  const verify = verifyBearer(await fetchJwks(jwksUri, ca), { issuer, audience, leeway: options.leeway ?? 0 })
  const origin = new DicomWebOrigin(verify, options)
  await origin.start()
  return origin
}
