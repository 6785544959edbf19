import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { keptLog } from '../bridge.fixture.ts'
import type { ControlEvents } from '../control/control-events.ts'
import type { ProviderEvents } from '../providers/provider-events.ts'
import type { ProxyEvents } from '../proxy/proxy-events.ts'
import { reportProviders } from '../reports/report-providers.ts'
import { createMetrics } from './metrics.ts'

test('JWT-F4: each verification by keys that could not be fetched anew is counted, and warned of', async () => {
  const providers = new EventEmitter<ProviderEvents>()
  const metrics = await createMetrics(new Map(), {
    proxy: new EventEmitter<ProxyEvents>(),
    control: new EventEmitter<ControlEvents>(),
    providers,
  })
  const log = keptLog()
  reportProviders(providers, log)
  for (let count = 0; count < 2; count += 1) providers.emit('staleKeys', { server: 'pacs' })
  expect(await metrics.render()).toContain('dicomweb_oauth_jwks_stale_uses_total{server="pacs"} 2')
  expect(log.lines).toMatchObject([
    { level: 'warn', server: 'pacs' },
    { level: 'warn', server: 'pacs' },
  ])
})
