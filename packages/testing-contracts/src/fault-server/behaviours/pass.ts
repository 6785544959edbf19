import { once } from 'node:events'
import type { Behaviour } from '../exchange.ts'

/** To the target and back, byte for byte, framing and interim answers included. */
export const pass: Behaviour = async (exchange) => {
  const upstream = await exchange.upstream()
  const forward = async (bytes: Uint8Array) => {
    if (!upstream.write(bytes)) await once(upstream, 'drain', { signal: exchange.gone })
  }
  await forward(exchange.request.head)
  for await (const { raw } of exchange.body()) await forward(raw)
}
