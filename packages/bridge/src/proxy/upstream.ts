import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Clock } from '@orthanc-oauth/core'
import type { Egress } from '@orthanc-oauth/egress'
import { type BaseUrl, parseBaseUrl } from './base-url.ts'
import type { Fields } from './fields.ts'
import { UpstreamAgents } from './upstream-agents.ts'
import { UpstreamTimeout } from './upstream-error.ts'
import { type UpstreamLimits, upstreamLimits } from './upstream-limits.ts'

export interface UpstreamOptions {
  readonly url: string
  /** Trust, client certificate and proxy. Default: the system's authorities, and what the environment says. */
  readonly egress?: Egress
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
   * @throws OrthancOAuthError CFG-002 for a client certificate that has expired
   */
  request(method: string, target: string, fields: Fields, connection: 'reused' | 'fresh'): Promise<ClientRequest>
}

/** @throws OrthancOAuthError CFG-002 for the URL; CFG-002, CFG-102 for a file that is not what it should be */
export async function openUpstream(options: UpstreamOptions): Promise<Upstream> {
  const base = parseBaseUrl(options.url)
  const { clock, egress = {}, limits = upstreamLimits } = options
  const agents = await UpstreamAgents.open({ url: new URL(base.origin), egress, clock, limits })
  const request = base.protocol === 'https:' ? httpsRequest : httpRequest
  return {
    base,
    async request(method, target, fields, connection) {
      const { protocol, hostname, port, authority } = base
      const { [connection]: agent } = await agents.current()
      const made = request({
        protocol,
        hostname,
        ...(port !== undefined && { port }),
        method,
        path: target,
        headers: ['Host', authority, ...fields],
        agent,
        timeout: limits.idle,
        insecureHTTPParser: false,
      })
      made.on('timeout', () => made.destroy(new UpstreamTimeout('idle', limits.idle)))
      limitConnecting(made, base.protocol, limits, clock)
      return made
    },
    [Symbol.dispose]() {
      agents[Symbol.dispose]()
    },
  }
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
