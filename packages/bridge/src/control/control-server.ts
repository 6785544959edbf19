import type { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock } from '@orthanc-oauth/core'
import { answerJson } from '../http/json-answer.ts'
import type { ControlEvents } from './control-events.ts'
import { type GuardOptions, guardControl } from './guard.ts'
import { matchRoutes, type Route } from './route.ts'

export interface ControlServerOptions {
  readonly routes: readonly Route[]
  readonly guard: GuardOptions
  readonly events: EventEmitter<ControlEvents>
  readonly clock: Clock
}

/** Milliseconds for a whole request to arrive: 30 s. None has a body that counts. */
const REQUEST_LIMIT = 30_000

/** Control API, metrics and probes, unbound. */
export function createControlServer({ routes, guard, events, clock }: ControlServerOptions): Server {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', socket } = request
    const path = url.replace(/\?.*$/s, '')
    const match = matchRoutes(routes, path)
    const wanted = method === 'HEAD' ? 'GET' : method
    const route = match.routes.find((candidate) => candidate.method === wanted)
    const gone = new AbortController()
    const begun = clock.monotonic()
    response.once('close', () => {
      gone.abort()
      const status = response.headersSent ? response.statusCode : undefined
      events.emit('exchange', { route: route?.path, method, status, duration: clock.monotonic() - begun })
    })
    request.resume()
    if (!route?.open) {
      const refusal = await guardControl(request, guard)
      if (refusal) {
        events.emit('refused', { address: socket.remoteAddress ?? '', reason: refusal.reason })
        return answerJson(response, refusal.status, { error: refusal.reason }, refusal.fields)
      }
    }
    if (route) return route.handle({ request, response, name: match.name, signal: gone.signal })
    if (match.routes.length === 0) return answerJson(response, 404, { error: 'There is nothing at this path' })
    const allow = match.routes.map((candidate) => candidate.method).join(', ')
    answerJson(response, 405, { error: `This path takes ${allow}` }, { Allow: allow })
  }
  return createServer({ requestTimeout: REQUEST_LIMIT, headersTimeout: REQUEST_LIMIT }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      events.emit('failed', { error })
      if (response.headersSent) response.destroy()
      else answerJson(response, 500, { error: 'The bridge failed at something that it did not expect' })
    })
  })
}
