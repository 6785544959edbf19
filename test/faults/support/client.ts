import { once } from 'node:events'
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { LOGIN } from './bridge-configuration.ts'

export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** What node:http says where the answer broke off. */
  readonly brokeOff: string | undefined
}

export interface Asking {
  /** Default GET. */
  readonly method?: string
  /** Default: the viewer's Authorization. undefined leaves a field out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string
}

/** One request on a connection of its own, and its answer. Redirects are not followed. */
export async function ask(url: string, { body, ...asking }: Asking = {}): Promise<Got> {
  const made = begin(url, asking)
  const answer = answerOf(made)
  made.end(body)
  return readAnswer(await answer)
}

/** A request whose body is still to be written. */
export function begin(url: string, { method = 'GET', headers }: Omit<Asking, 'body'> = {}): ClientRequest {
  const fields = Object.entries({ authorization: LOGIN, ...headers }).filter(([, value]) => value !== undefined)
  return request(url, { method, agent: false, headers: Object.fromEntries(fields) })
}

/** The head of its answer. @throws what node:http says where none came */
export async function answerOf(made: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(made, 'response')) as [IncomingMessage]
  made.on('error', () => {}) // whatever happens from here on shows in the answer
  return answer
}

export async function readAnswer(answer: IncomingMessage): Promise<Got> {
  const pieces: Buffer[] = []
  let brokeOff: string | undefined
  try {
    for await (const piece of answer) pieces.push(piece)
  } catch (error) {
    brokeOff = String((error as NodeJS.ErrnoException).code)
  }
  const { statusCode = 0, headers } = answer
  return { status: statusCode, headers, body: Buffer.concat(pieces).toString(), brokeOff }
}

export interface RawAnswer {
  /** Everything that came until the other side closed. */
  readonly text: string
  /** Of the first status line; 0 where there is none. */
  readonly status: number
  readonly reset: boolean
}

/** Writes lines as they are, each ended by CRLF and followed by an empty one, and reads until the connection is closed. */
export async function askRaw(url: string, lines: readonly string[]): Promise<RawAnswer> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const pieces: Buffer[] = []
  let reset = false
  socket.on('data', (piece) => pieces.push(piece))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reset = error.code === 'ECONNRESET'
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.write([...lines, '', ''].join('\r\n'), 'latin1')
  await closed
  const text = Buffer.concat(pieces).toString('latin1')
  return { text, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), reset }
}
