import { bareRequest } from './bare-request.ts'
import { type Client, clients } from './clients.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

const CALLERS = 1_000
/** Enough that the code of a request is compiled, not interpreted. */
const WARM_UP_RUNS = 10
const RUNS = 11

const REQUESTS_TARGET = 1
/** Of the time that one request takes: everybody waits for the same one, and hardly longer. */
const TIME_TARGET = 1.05

interface Measured {
  readonly times: number[]
  /** Of one request by node:http alone, in the same minute. */
  readonly bare: number[]
  readonly requests: number[]
  /** Callers who got an error. */
  readonly failed: number[]
}

/** Everybody asks at once and nobody has a token yet. */
export async function coldCallers(endpoint: TokenEndpoint): Promise<Row[]> {
  const rows: Row[] = []
  for (const [index, client] of clients(endpoint).entries())
    rows.push(...rowsOf(client, await measure(client, endpoint), index === 0))
  return rows
}

/** In turns, A B, then B A, so that neither always runs in the other's wake. */
async function measure(client: Client, endpoint: TokenEndpoint): Promise<Measured> {
  const measured: Measured = { times: [], bare: [], requests: [], failed: [] }
  for (let run = -WARM_UP_RUNS; run < RUNS; run++) {
    const bareFirst = run % 2 === 0
    const before = bareFirst ? await timed(() => bareRequest(endpoint[client.scheme])) : undefined
    endpoint.takeRequests()
    const { took, failed } = await cold(client)
    const asked = endpoint.takeRequests()
    const bare = before ?? (await timed(() => bareRequest(endpoint[client.scheme])))
    if (run < 0) continue
    measured.times.push(took)
    measured.requests.push(asked)
    measured.failed.push(failed)
    measured.bare.push(bare)
  }
  return measured
}

async function cold(client: Client): Promise<{ took: number; failed: number }> {
  const { getToken, close } = client.fresh()
  const begin = performance.now()
  const settled = await Promise.allSettled(Array.from({ length: CALLERS }, () => getToken()))
  const took = performance.now() - begin
  await close?.()
  return { took, failed: settled.filter(({ status }) => status === 'rejected').length }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await run()
  return performance.now() - begin
}

function rowsOf({ name }: Client, { times, bare, requests, failed }: Measured, isOurs: boolean): Row[] {
  const [time, single] = [median(times), median(bare)]
  const right = requests.every((count) => count === REQUESTS_TARGET) && Math.max(...failed) === 0
  const failures = Math.max(...failed) > 0 ? ` (up to ${Math.max(...failed)} callers failed)` : ''
  const who = `${CALLERS.toLocaleString('en')} cold callers, ${name}`
  return [
    {
      what: `${who}: token requests`,
      measured: [...new Set(requests)].join(', ') + failures,
      peer: '',
      ...(isOurs && { count: { target: REQUESTS_TARGET, right } }),
    },
    {
      what: `${who}: time`,
      measured: `${time.toFixed(1)} ms`,
      peer: `one bare request: ${single.toFixed(1)} ms`,
      ratio: time / single,
      ...(isOurs && { target: TIME_TARGET }),
    },
  ]
}
