import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below every system's range of ephemeral ports, so that no outgoing connection takes a port between two starts of its server. */
const LOWEST = 10_000
const ABOVE_HIGHEST = 32_768

/** A port of 127.0.0.1 that is free, for a program that cannot be told to choose one itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, ABOVE_HIGHEST)
    const server = createServer().listen(port, '127.0.0.1')
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!free) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
