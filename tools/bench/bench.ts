import os from 'node:os'
import tls from 'node:tls'
import { cachedToken } from './cached-token.ts'
import { clients } from './clients.ts'
import { coldCallers } from './cold-callers.ts'
import { hotPath } from './hot-path.ts'
import { importTime } from './import-time.ts'
import type { Row } from './row.ts'
import { table } from './table.ts'
import { startTokenEndpoint } from './token-endpoint.ts'

/** Milliseconds: a near issuer's, and long enough that a ratio says something. */
const LATENCY = 100

/**
 * Measures on the built packages and prints one table; every time is a median. A ratio is reported and never a failure,
 * because it depends on what else the machine does.
 *
 * @returns whether everything that is counted came out right
 */
export async function bench(): Promise<boolean> {
  const rows: Row[] = await hotPath() // first, while the engine has seen no other use of the code
  await using endpoint = await startTokenEndpoint(LATENCY)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), endpoint.ca])
  rows.push(...(await coldCallers(endpoint)), ...(await cachedToken(endpoint)), ...importTime())
  const notes = clients(endpoint).flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`]))
  process.stdout.write(
    `${machine()}\nThe local issuer answers after ${LATENCY} ms.\n\n${table(rows)}\n\n${notes.join('\n')}\n`,
  )
  return rows.every(({ count }) => count === undefined || count.right)
}

function machine(): string {
  const [cpu] = os.cpus()
  const memory = Math.round(os.totalmem() / 2 ** 30)
  return `Node ${process.version}, ${os.type()} ${os.release()} ${os.arch()}, ${os.cpus().length} × ${cpu?.model}, ${memory} GiB, load ${os.loadavg()[0]?.toFixed(1)}`
}
