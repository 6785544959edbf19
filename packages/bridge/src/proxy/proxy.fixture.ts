import { EventEmitter, once } from 'node:events'
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Authorization,
  OrthancOAuthError,
  type RequestAuthorizer,
  type RequestHead,
  Secret,
  systemClock,
} from '@orthanc-oauth/core'
import type { FaultServer } from '@orthanc-oauth/testing'
import { BasicGate } from '../http/basic-gate.ts'
import { listen } from '../http/listen.ts'
import { createDataServer } from './data-server.ts'
import type { Fields } from './fields.ts'
import type { Exchange, ProxyEvents } from './proxy-events.ts'
import { openUpstream, type UpstreamOptions } from './upstream.ts'

export const TOKEN = 'canary-token'
const LOGIN = { username: 'orthanc', password: new Secret('canary-password') }
export const PASSWORD = `Basic ${Buffer.from('orthanc:canary-password').toString('base64')}`

/** Authorises with a fixed token; `again` are the tokens for what answered() gives a way to. */
export function fixedAuthorizer({ token = TOKEN, again = [] as (string | OrthancOAuthError)[] } = {}) {
  const heads: RequestHead[] = []
  const answers: number[] = []
  const authorization = (value: string): Authorization => ({
    headers: { authorization: `Bearer ${value}` },
    answered({ status }) {
      answers.push(status)
      if (status !== 401) return undefined
      return async () => {
        const next = again.shift()
        if (next === undefined) throw new OrthancOAuthError('TOK-006', 'No other token')
        if (next instanceof OrthancOAuthError) throw next
        return authorization(next)
      }
    },
  })
  const authorizer: RequestAuthorizer = {
    body: 'nothing',
    authorize: async (head) => {
      heads.push(head)
      return authorization(token)
    },
    get credentials(): never {
      throw new Error('The data listener has no business with the manager')
    },
  }
  return { authorizer, heads, answers }
}

export interface ProxyOptions extends Partial<UpstreamOptions> {
  readonly authorizer?: RequestAuthorizer
  readonly configured?: Fields
  readonly idle?: number
}

/** The data listener before one origin, as server `pacs`. */
export async function startProxy(origin: string, options: ProxyOptions = {}) {
  const { authorizer = fixedAuthorizer().authorizer, configured = [], idle, clock = systemClock } = options
  const upstream = await openUpstream({ url: origin, ...options, clock })
  const events = new EventEmitter<ProxyEvents>()
  const exchanges: Exchange[] = []
  const failures: OrthancOAuthError[] = []
  events.on('exchange', (exchange) => exchanges.push(exchange))
  events.on('withoutToken', ({ error }) => failures.push(error))
  events.on('failed', ({ error }) => failures.push(error))
  const server = createDataServer({
    servers: new Map([['pacs', { name: 'pacs', authorizer, upstream, configuredFields: () => configured }]]),
    gate: new BasicGate([LOGIN], 'test', () => {}),
    events,
    clock,
    ...(idle !== undefined && { idle }),
  })
  const url = await listen(server, { host: '127.0.0.1', port: 0 }, 'Listen', () => {})
  return {
    url,
    port: Number(new URL(url).port),
    server,
    events,
    exchanges,
    failures,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      upstream[Symbol.dispose]()
      await closed
    },
  }
}

export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Set where the answer broke off. */
  readonly error: Error | undefined
}

type Body = string | Uint8Array | AsyncIterable<Uint8Array>

/** One request as a plain client makes it, with the password. */
export async function get(url: string, options: RequestOptions = {}, body?: Body): Promise<Got> {
  const made = request(url, {
    agent: false,
    ...options,
    headers: { Authorization: PASSWORD, ...(options.headers as Record<string, string>) },
  })
  const answered = once(made, 'response')
  let error: Error | undefined
  made.on('error', (thrown) => {
    error ??= thrown
  })
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) made.end(body)
  else Readable.from(body, { objectMode: false }).pipe(made)
  const [answer] = await answered
  const chunks: Buffer[] = []
  try {
    for await (const chunk of answer) chunks.push(chunk)
  } catch (thrown) {
    error ??= thrown as Error
  }
  const { statusCode: status, headers, rawHeaders } = answer
  return { status, headers, rawHeaders, body: Buffer.concat(chunks), error }
}

/** Writes these bytes as they are, and gives what came back until the other side closed. */
export async function raw(port: number, bytes: string): Promise<{ text: string; reset: boolean }> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  let reset = false
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', () => {
    reset = true
  })
  socket.write(bytes, 'latin1')
  await once(socket, 'close').catch(() => {})
  return { text, reset }
}

/**
 * Connections that the proxy has opened to the origin. One more request goes there first, directly: whatever the proxy
 * began before has arrived by then.
 */
export async function connectionsTo(origin: FaultServer): Promise<number> {
  await fetch(origin.url, { headers: { Connection: 'close' } })
  return origin.connections - 1
}

/** Resolves when the value has stopped changing: looked at ten times, 50 ms apart. */
export async function settled(value: () => number): Promise<number> {
  for (let before = -1, same = 0; ; same = value() === before ? same + 1 : 0, before = value()) {
    if (same === 10) return before
    await sleep(50)
  }
}
