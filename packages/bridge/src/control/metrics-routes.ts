import { answerText } from '../http/json-answer.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Route } from './route.ts'

/** Where Prometheus looks, and where the Python plugin of the same name has its metrics. */
export function metricsRoutes(metrics: Metrics): readonly Route[] {
  return ['/metrics', '/dicomweb-oauth/metrics'].map((path) => ({
    method: 'GET' as const,
    path,
    handle: async ({ response }) => answerText(response, 200, metrics.contentType, await metrics.render()),
  }))
}
