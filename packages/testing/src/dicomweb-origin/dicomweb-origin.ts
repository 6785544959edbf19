import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KeyAndCertificate } from '../certificates/certificates.ts'
import { LoopbackServer } from '../http/loopback-server.ts'
import { fetchJwks } from './fetch-jwks.ts'
import { type Behind, passThrough } from './pass-through.ts'
import { countRefusal, emptyTally, type Tally } from './tally.ts'
import { tokenHash, type Verdict, verifyBearer } from './verify-bearer.ts'

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
  /** Milliseconds that a token may have been expired. Default 0: the strictest server there can be. */
  readonly leeway?: number
}

/** A DICOMweb server that accepts nothing but a valid bearer token, and counts what it was sent. */
export class DicomWebOrigin implements AsyncDisposable {
  readonly #server: LoopbackServer
  readonly #verify: (fields: readonly string[]) => Promise<Verdict>
  readonly #behind: Behind
  readonly #refusedTokens = new Set<string>()
  readonly #tally = emptyTally()
  #refusals = 0

  /** For startDicomWebOrigin alone. */
  constructor(verify: (fields: readonly string[]) => Promise<Verdict>, { behind, tls }: DicomWebOriginOptions) {
    this.#verify = verify
    this.#behind = behind
    this.#server = new LoopbackServer((incoming, response) => this.#answer(incoming, response), tls)
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
    const verdict = this.#overrule(await this.#verify(incoming.headersDistinct.authorization ?? []))
    if ('reason' in verdict) {
      countRefusal(tally, verdict.reason)
      // RFC 6750, section 3.1: no error code for a request without any authentication.
      const challenge = verdict.reason === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"'
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end()
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

  #overrule(verdict: Verdict): Verdict {
    if ('reason' in verdict) return verdict
    if (this.#refusedTokens.has(tokenHash(verdict.token))) return { reason: 'forced' }
    if (this.#refusals === 0) return verdict
    this.#refusals -= 1
    return { reason: 'forced' }
  }
}

/** Listens on a free port of 127.0.0.1. @throws where the issuer's keys cannot be fetched */
export async function startDicomWebOrigin(options: DicomWebOriginOptions): Promise<DicomWebOrigin> {
  const { issuer, jwksUri, audience, ca } = options.issuer
  const verify = verifyBearer(await fetchJwks(jwksUri, ca), { issuer, audience, leeway: options.leeway ?? 0 })
  const origin = new DicomWebOrigin(verify, options)
  await origin.start()
  return origin
}
