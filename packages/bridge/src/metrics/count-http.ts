import type { EventEmitter } from 'node:events'
import type * as Prometheus from '@prometheus-io/client'
import type { ControlEvents } from '../control/control-events.ts'
import type { ProxyEvents } from '../proxy/proxy-events.ts'
import { PREFIX } from './prefix.ts'

/** Whatever else a client sends as a method must not make a new series. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])

/** Counts requests to both listeners. An endpoint is a server of the data listener (`/pacs`) or a route of the other. */
export function countHttp(
  { Counter, Histogram }: typeof Prometheus,
  registry: Prometheus.Registry,
  proxy: EventEmitter<ProxyEvents>,
  control: EventEmitter<ControlEvents>,
): void {
  const registers = [registry]
  const requests = new Counter({
    name: `${PREFIX}http_requests_total`,
    help: 'Requests by method, endpoint and status; status "gone": the client did not wait for one',
    labelNames: ['method', 'endpoint', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'From the head of a request to the end of its answer',
    labelNames: ['method', 'endpoint'],
    registers,
  })
  const count = (method: string, endpoint: string, status: number | undefined, duration: number) => {
    const known = METHODS.has(method) ? method : 'other'
    requests.inc({ method: known, endpoint, status: status ?? 'gone' })
    durations.observe({ method: known, endpoint }, duration / 1_000)
  }
  proxy.on('exchange', ({ server, method, status, duration }) =>
    count(method, server === undefined ? 'unknown' : `/${server}`, status, duration),
  )
  control.on('exchange', ({ route, method, status, duration }) => count(method, route ?? 'unknown', status, duration))
}
