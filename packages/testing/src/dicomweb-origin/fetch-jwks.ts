import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { get as getTls } from 'node:https'
import { text } from 'node:stream/consumers'
import type { JSONWebKeySet } from 'jose'

/** @param ca PEM, trusted beside nothing else */
export async function fetchJwks(uri: string, ca?: string): Promise<JSONWebKeySet> {
  const options = { agent: false as const, ...(ca !== undefined && { ca }) }
  const [answer] = (await once(uri.startsWith('https:') ? getTls(uri, options) : get(uri, options), 'response')) as [
    IncomingMessage,
  ]
  const body = await text(answer)
  if (answer.statusCode !== 200) throw new Error(`${uri} answered ${answer.statusCode}`)
  return JSON.parse(body) as JSONWebKeySet
}
