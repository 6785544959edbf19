import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { request as requestTls } from 'node:https'

/** For the tests beside this file: how the faults look to node:http. */
export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Of the answer's stream, after its head. */
  readonly error: NodeJS.ErrnoException | undefined
}

/** What a plain client of node:http sees. Rejects where it never sees a head. */
export function send(
  url: string,
  options: RequestOptions & { ca?: string } = {},
  body?: Uint8Array | string,
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const outgoing = (url.startsWith('https:') ? requestTls : request)(
      url,
      { agent: false, ...options },
      (incoming) => {
        const pieces: Buffer[] = []
        let error: NodeJS.ErrnoException | undefined
        const failed = (thrown: NodeJS.ErrnoException) => {
          error ??= thrown
        }
        outgoing.off('error', reject)
        // Of a reset in a body without length node:http tells the request alone: the answer itself ends as if it were whole.
        outgoing.on('error', failed)
        incoming.on('error', failed)
        incoming.on('data', (piece: Buffer) => pieces.push(piece))
        const closed = [incoming, outgoing].map((side) => new Promise<void>((gone) => side.once('close', gone)))
        Promise.all(closed).then(() => {
          const { statusCode: status = 0, headers } = incoming
          resolve({ status, headers, body: Buffer.concat(pieces), error })
        }, reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
