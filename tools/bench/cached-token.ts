import { type Client, clients, type FreshClient } from './clients.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

const WARM_UP_ROUNDS = 3
const ROUNDS = 11
/** Few, because a peer takes a hundred thousand times as long as this library. */
const CALLS = 500

const MICROSECONDS = 1e3 // in a millisecond

/** `await` of a token that is there already, this library beside its peers. */
export async function cachedToken(endpoint: TokenEndpoint): Promise<Row[]> {
  const warm = await Promise.all(
    clients(endpoint)
      .filter(({ caches }) => caches)
      .map(warmedUp),
  )
  endpoint.takeRequests()
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++)
    for (const { fresh, times } of warm) {
      const took = await timed(fresh)
      if (round >= 0) times.push(took)
    }
  const asked = endpoint.takeRequests()
  if (asked > 0) throw new Error(`${asked} requests, although every token was there`)
  await Promise.all(warm.map(({ fresh }) => fresh.close?.()))
  const [ours, ...peers] = warm.map(({ name, times }) => ({ name, time: median(times) }))
  return peers.map(({ name, time }) => ({
    what: `a cached token, ${name}`,
    measured: `${time.toFixed(2)} µs`,
    peer: `${ours?.name}: ${ours?.time.toFixed(2)} µs`,
    ratio: time / (ours?.time ?? Number.NaN),
  }))
}

async function warmedUp(client: Client): Promise<{ name: string; fresh: FreshClient; times: number[] }> {
  const fresh = client.fresh()
  await fresh.getToken()
  return { name: client.name, fresh, times: [] }
}

async function timed({ getToken }: FreshClient): Promise<number> {
  const begin = performance.now()
  for (let call = 0; call < CALLS; call++) await getToken()
  return ((performance.now() - begin) / CALLS) * MICROSECONDS
}
