import { stat } from 'node:fs/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Clock } from '@orthanc-oauth/core'
import {
  checkValidity,
  destinationOf,
  dial,
  type Egress,
  proxyFor,
  readTls,
  type TlsOptions,
} from '@orthanc-oauth/egress'
import type { UpstreamLimits } from './upstream-limits.ts'

/** One for connections that serve again, one for those that do not. */
export interface Agents {
  readonly reused: HttpAgent
  readonly fresh: HttpAgent
}

export interface UpstreamAgentsOptions {
  /** Of the server. */
  readonly url: URL
  readonly egress: Egress
  readonly clock: Clock
  readonly limits: UpstreamLimits
}

/** Shorter than the idle limit of every common server (Node 5 s, nginx 75 s), because whoever closes first decides the race. */
const IDLE_CONNECTION = 4_000
/** Milliseconds. Of TCP: a peer that vanished without a word is noticed although the idle limit is long. */
const KEEPALIVE_PROBE = 30_000
/** Milliseconds between two looks at the files: a rotation is not urgent, because the old certificate is valid still. */
const LOOK_EVERY = 1_000

/**
 * The connections to one server, by the CA bundle and the client certificate that lie in their files: what is renewed
 * there counts for new connections, without a restart, and those under way go on to their end.
 */
export class UpstreamAgents implements Disposable {
  readonly #options: UpstreamAgentsOptions
  readonly #files: readonly string[]
  readonly #retired = new Set<Agents>()
  #agents: Agents
  #certificate: string | undefined
  #seen: string
  #lookedAt: number

  private constructor(options: UpstreamAgentsOptions, tls: TlsOptions, files: readonly string[], seen: string) {
    this.#options = options
    this.#files = files
    this.#seen = seen
    this.#lookedAt = options.clock.monotonic()
    this.#certificate = tls.cert
    this.#agents = agentsFor(options, tls)
  }

  /** @throws OrthancOAuthError CFG-002, CFG-102 for a file that is not what it should be */
  static async open(options: UpstreamAgentsOptions): Promise<UpstreamAgents> {
    const { url, egress } = options
    if (url.protocol === 'http:') return new UpstreamAgents(options, {}, [], '')
    const { caFile, identity } = egress
    const files = [caFile, identity?.certificateFile, identity?.keyFile].filter((file) => file !== undefined)
    const seen = await fingerprint(files)
    return new UpstreamAgents(options, await readTls(egress), files, seen)
  }

  /** @throws OrthancOAuthError CFG-002 for a client certificate that has expired: before anything connects */
  async current(): Promise<Agents> {
    if (this.#files.length > 0) await this.#look()
    return this.#agents
  }

  async #look(): Promise<void> {
    const { clock, egress } = this.#options
    const now = clock.monotonic()
    if (now - this.#lookedAt >= LOOK_EVERY) {
      this.#lookedAt = now
      await this.#renew()
    }
    if (this.#certificate !== undefined && egress.identity !== undefined)
      checkValidity(this.#certificate, egress.identity, clock)
  }

  /** Files that do not belong together are those of a rotation under way: the old ones serve on, and are looked at again. */
  async #renew(): Promise<void> {
    const seen = await fingerprint(this.#files)
    if (seen === this.#seen) return
    const tls = await readTls(this.#options.egress).catch(() => undefined)
    if (tls === undefined) return
    this.#seen = seen
    this.#certificate = tls.cert
    this.#retire(this.#agents)
    this.#agents = agentsFor(this.#options, tls)
  }

  #retire(agents: Agents): void {
    for (const agent of [agents.reused, agents.fresh]) {
      keepingNone(agent)
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy()
    }
    this.#retired.add(agents)
    for (const old of this.#retired) if (isIdle(old.reused) && isIdle(old.fresh)) this.#retired.delete(old)
  }

  [Symbol.dispose](): void {
    for (const { reused, fresh } of [this.#agents, ...this.#retired]) {
      reused.destroy()
      fresh.destroy()
    }
  }
}

function agentsFor({ url, egress, clock, limits }: UpstreamAgentsOptions, tls: TlsOptions): Agents {
  const Agent = url.protocol === 'https:' ? HttpsAgent : HttpAgent
  const reused = new Agent({ ...tls, keepAlive: true, keepAliveMsecs: KEEPALIVE_PROBE, timeout: IDLE_CONNECTION })
  const fresh = keepingNone(new Agent({ ...tls, keepAlive: true }))
  const proxy = proxyFor(url, egress.proxy)
  if (proxy !== undefined) {
    const limit = limits.connect + limits.handshake
    const connect = () => dial(destinationOf(url), { proxy, tls, clock, limit })
    for (const agent of [reused, fresh]) connectingBy(agent, connect)
  }
  return { reused, fresh }
}

/** Has an agent get its connections elsewhere. */
function connectingBy(agent: HttpAgent, connect: () => Promise<Duplex>): void {
  agent.createConnection = (_options, callback) => {
    connect().then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never), // as node:http itself calls it
    )
    return undefined
  }
}

/**
 * Of an agent that asks servers to keep the connection all the same: one that closes it behind an early refusal resets
 * it under the rest of the body, and the refusal is lost.
 */
function keepingNone<A extends HttpAgent>(agent: A): A {
  return Object.assign(agent, { keepSocketAlive: () => false })
}

function isIdle({ sockets }: HttpAgent): boolean {
  return Object.keys(sockets).length === 0
}

/** Changes with what lies in the files, symbolic links followed. A file that is not there is part of it. */
async function fingerprint(files: readonly string[]): Promise<string> {
  const found = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ ino, mtimeMs, size }) => [ino, mtimeMs, size],
        () => [],
      ),
    ),
  )
  return JSON.stringify(found)
}
