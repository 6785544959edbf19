import { readFile } from 'node:fs/promises'
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type Clock, OrthancOAuthError, type Secret } from '@orthanc-oauth/core'
import { type BaseUrl, parseBaseUrl } from './base-url.ts'
import type { Fields } from './fields.ts'
import { UpstreamTimeout } from './upstream-error.ts'
import { type UpstreamLimits, upstreamLimits } from './upstream-limits.ts'

export interface UpstreamOptions {
  readonly url: string
  /** true: the system's authorities. A path: those in this PEM file instead. false: nothing is verified. Default true. */
  readonly verifySsl?: boolean | string | undefined
  /** Shown to the server (RFC 8446, section 4.4.2). PEM files. */
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
  readonly keyPassword?: Secret | undefined
  readonly clock: Clock
  /** Default upstreamLimits. */
  readonly limits?: UpstreamLimits
}

/** One DICOMweb server's origin, and the connections to it. Every request it makes goes there and nowhere else. */
export interface Upstream extends Disposable {
  readonly base: BaseUrl
  /**
   * Begins a request; nothing has been sent when it returns.
   *
   * @param target in origin form
   * @param connection reused: an idle one if there is one, which the server may just be closing. fresh: one of its own.
   */
  request(method: string, target: string, fields: Fields, connection: 'reused' | 'fresh'): ClientRequest
}

/** Shorter than the idle limit of every common server (Node 5 s, nginx 75 s), because whoever closes first decides the race. */
const IDLE_CONNECTION = 4_000
/** Of TCP: a peer that vanished without a word is noticed although the idle limit is long. */
const KEEPALIVE_PROBE = 30_000

/** @throws OrthancOAuthError CFG-002 for the URL, CFG-102 for a file that cannot be read */
export async function openUpstream(options: UpstreamOptions): Promise<Upstream> {
  const base = parseBaseUrl(options.url)
  const { clock, limits = upstreamLimits } = options
  const tls = base.protocol === 'https:' ? await tlsOptions(options) : {}
  const [Agent, request] = base.protocol === 'https:' ? [HttpsAgent, httpsRequest] : [HttpAgent, httpRequest]
  const agents = {
    reused: new Agent({ ...tls, keepAlive: true, keepAliveMsecs: KEEPALIVE_PROBE, timeout: IDLE_CONNECTION }),
    fresh: keepingNone(new Agent({ ...tls, keepAlive: true })),
  }
  return {
    base,
    request(method, target, fields, connection) {
      const { protocol, hostname, port, authority } = base
      const made = request({
        protocol,
        hostname,
        ...(port !== undefined && { port }),
        method,
        path: target,
        headers: ['Host', authority, ...fields],
        agent: agents[connection],
        timeout: limits.idle,
        insecureHTTPParser: false,
      })
      made.on('timeout', () => made.destroy(new UpstreamTimeout('idle', limits.idle)))
      limitConnecting(made, base.protocol, limits, clock)
      return made
    },
    [Symbol.dispose]() {
      agents.reused.destroy()
      agents.fresh.destroy()
    },
  }
}

/**
 * Of an agent that asks servers to keep the connection all the same: one that closes it behind an early refusal resets
 * it under the rest of the body, and the refusal is lost.
 */
function keepingNone<A extends HttpAgent>(agent: A): A {
  return Object.assign(agent, { keepSocketAlive: () => false })
}

function limitConnecting(made: ClientRequest, protocol: string, limits: UpstreamLimits, clock: Clock): void {
  made.once('socket', (socket) => {
    if (!socket.connecting) return
    const limit = (phase: 'connecting' | 'handshake', milliseconds: number) =>
      clock.setTimer(() => made.destroy(new UpstreamTimeout(phase, milliseconds)), milliseconds)
    let cancel = limit('connecting', limits.connect)
    made.once('close', () => cancel())
    socket.once('connect', () => {
      cancel()
      if (protocol !== 'https:') return
      cancel = limit('handshake', limits.handshake)
      socket.once('secureConnect', () => cancel())
    })
  })
}

async function tlsOptions({ verifySsl = true, certificateFile, keyFile, keyPassword }: UpstreamOptions) {
  return {
    rejectUnauthorized: verifySsl !== false,
    ...(typeof verifySsl === 'string' && { ca: await readPem(verifySsl, 'VerifySSL') }),
    ...(certificateFile !== undefined && { cert: await readPem(certificateFile, 'ClientCertificateFile') }),
    ...(keyFile !== undefined && { key: await readPem(keyFile, 'ClientCertificateKeyFile') }),
    ...(keyPassword !== undefined && { passphrase: keyPassword.reveal() }),
  }
}

function readPem(file: string, key: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OrthancOAuthError('CFG-102', `${key}: the file ${file} cannot be read`, { cause, details: { key, file } })
  })
}
