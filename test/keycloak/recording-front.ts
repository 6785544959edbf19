import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Stands in front of a Keycloak, which names itself by the Host that it is asked for: its realm is the front's. */
export interface RecordingFront extends AsyncDisposable {
  /** http://127.0.0.1:port, without a slash at the end. */
  readonly url: string
  /** Access tokens that it let through, in order. */
  readonly issued: readonly string[]
  /** Milliseconds of the last one, by its `expires_in`: a second less than configured where a second passed meanwhile. */
  readonly lastLifetime: number
  /** Token requests that it let through, refused ones included. */
  readonly tokenRequests: number
}

/** @param target http URL, of which the origin counts */
export async function startRecordingFront(target: string): Promise<RecordingFront> {
  const issued: string[] = []
  let tokenRequests = 0
  let lastLifetime = Number.NaN
  const forward = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, headers, url = '/' } = request
    const upstream = send(new URL(url, target), { method, headers })
    upstream.on('error', () => response.destroy())
    request.pipe(upstream)
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage]
    const body = await text(answer)
    if (url.endsWith('/token')) {
      tokenRequests += 1
      const { access_token: token, expires_in } = JSON.parse(body) as { access_token?: string; expires_in?: number }
      if (token !== undefined) issued.push(token)
      if (expires_in !== undefined) lastLifetime = expires_in * 1_000
    }
    response.writeHead(answer.statusCode ?? 0, answer.headers).end(body)
  }
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    issued,
    get tokenRequests() {
      return tokenRequests
    },
    get lastLifetime() {
      return lastLifetime
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
