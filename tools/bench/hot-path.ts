import {
  AccessToken,
  bearerAuthorizer,
  instantOf,
  type RequestHead,
  systemClock,
  TokenManager,
} from '@orthanc-oauth/core'
import { type Compared, compare } from './compare.ts'
import type { Row } from './row.ts'

const ORIGIN = 'https://pacs.example.org'
const HOUR = 60 * 60 * 1000
/** In milliseconds; with it a token of an hour stays fresh as long as this runs. */
const BUFFER = 5 * 60 * 1000

/** What issue after issue asks of it: hardly more than looking the token up by hand. */
const PEEK_TARGET = 1.2
const AWAIT_TARGET = 1.1

/** With a valid token in hand: beside the same done by hand, with a map and both clocks. */
export async function hotPath(): Promise<Row[]> {
  const token = new AccessToken({ value: 'x'.repeat(800), sent: instantOf(systemClock), lifetime: HOUR })
  await using manager = new TokenManager(
    { name: 'bench', cacheKey: 'bench', acquire: async () => token },
    { refreshBuffer: BUFFER },
  )
  await manager.getToken()
  const authorizer = bearerAuthorizer(manager, { origin: ORIGIN })
  const request: RequestHead = { method: 'GET', url: `${ORIGIN}/dicom-web/studies`, headers: {}, length: 0 }
  const authorization = await authorizer.authorize(request)

  const dueWall = token.expiresAt - BUFFER
  const dueMonotonic = token.sent.monotonic + HOUR - BUFFER
  const entries = new Map([['cloud', { dueWall, dueMonotonic, token, authorization, prefix: `${ORIGIN}/` }]])

  function freshByHand(server: string) {
    const entry = entries.get(server)
    return entry && Date.now() < entry.dueWall && performance.now() < entry.dueMonotonic ? entry : undefined
  }
  async function getTokenByHand(server: string) {
    const fresh = freshByHand(server)
    if (fresh === undefined) throw new Error('none')
    return fresh.token
  }
  async function authorizeByHand(server: string, { url }: RequestHead) {
    const fresh = freshByHand(server)
    if (fresh === undefined || !url.startsWith(fresh.prefix)) throw new Error('none, or for another origin')
    return fresh.authorization
  }

  return [
    row(
      'peek()',
      'Map.get + Date.now() + performance.now()',
      PEEK_TARGET,
      await compare(
        (iterations) => {
          let right = 0
          for (let index = 0; index < iterations; index++) if (manager.peek() === token) right++
          return right
        },
        (iterations) => {
          let right = 0
          for (let index = 0; index < iterations; index++) if (freshByHand('cloud')?.token === token) right++
          return right
        },
      ),
    ),
    row(
      'await getToken()',
      'an async function that does the same',
      AWAIT_TARGET,
      await compare(
        async (iterations) => {
          let right = 0
          for (let index = 0; index < iterations; index++) if ((await manager.getToken()) === token) right++
          return right
        },
        async (iterations) => {
          let right = 0
          for (let index = 0; index < iterations; index++) if ((await getTokenByHand('cloud')) === token) right++
          return right
        },
      ),
    ),
    row(
      'await authorize()',
      'an async function that does the same',
      AWAIT_TARGET,
      await compare(
        async (iterations) => {
          let right = 0
          for (let index = 0; index < iterations; index++)
            if ((await authorizer.authorize(request)) === authorization) right++
          return right
        },
        async (iterations) => {
          let right = 0
          for (let index = 0; index < iterations; index++)
            if ((await authorizeByHand('cloud', request)) === authorization) right++
          return right
        },
      ),
    ),
  ]
}

function row(what: string, peer: string, target: number, { ours, peer: peers }: Compared): Row {
  return {
    what,
    measured: `${ours.toFixed(0)} ns`,
    peer: `${peer}: ${peers.toFixed(0)} ns`,
    ratio: ours / peers,
    target,
  }
}
