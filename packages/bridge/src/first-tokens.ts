import type { Expiring, TokenManager } from '@orthanc-oauth/core'
import type { BridgedServer } from './bridged-server.ts'
import type { Log } from './log/log.ts'
import { ownError } from './proxy/refuse.ts'

/** Starts every manager, and reports each server in one line. Resolves when all have a token or have failed to get one. */
export async function firstTokens(servers: Iterable<BridgedServer>, log: Log): Promise<void> {
  const started = new Map<TokenManager<Expiring>, Promise<void>>()
  const reports = [...servers].map(async ({ name, options, authorizer: { credentials } }) => {
    const start = started.get(credentials) ?? credentials.start()
    started.set(credentials, start)
    const fields = { server: name, url: options.url, provider: options.provider }
    try {
      await start
      const lifetime = Math.round((credentials.status.lifetime ?? 0) / 1_000)
      log.info({ ...fields, lifetime }, `Server '${name}': token for ${lifetime} s`)
    } catch (thrown) {
      if (credentials.status.state === 'disposed') return // whoever stops the bridge knows
      const error = ownError(thrown)
      log.error({ ...fields, error_code: error.code }, `Server '${name}': no token yet, going on: ${error.message}`)
    }
  })
  await Promise.all(reports)
}
