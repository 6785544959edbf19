import type { EventEmitter } from 'node:events'
import type { Clock } from '@orthanc-oauth/core'
import type { BridgedServer } from '../bridged-server.ts'
import { answerJson } from '../http/json-answer.ts'
import { ownError } from '../proxy/refuse.ts'
import type { ControlEvents } from './control-events.ts'
import { envelope } from './envelope.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { Route } from './route.ts'
import { secondsUntil } from './server-view.ts'

export interface TestOptions {
  readonly servers: ReadonlyMap<string, BridgedServer>
  readonly limiter: RateLimiter
  readonly events: EventEmitter<ControlEvents>
  readonly clock: Clock
}

/**
 * Asks the issuer for a token now, whatever is in memory and whatever failed before. The fields of the answer stand in
 * `data` and beside it, because scripts written for the Python plugin read them there.
 */
export function testRoute({ servers, limiter, events, clock }: TestOptions): Route {
  return {
    method: 'POST',
    path: '/dicomweb-oauth/servers/{name}/test',
    async handle({ request, response, name, signal }) {
      const address = request.socket.remoteAddress ?? ''
      const wait = await limiter.count(address)
      if (wait !== undefined) {
        events.emit('rateLimited', { address })
        const { requests: max_requests, windowSeconds: window_seconds } = limiter.limit
        const body = { error: 'Rate limit exceeded', max_requests, window_seconds }
        return answerJson(response, 429, body, { 'Retry-After': String(Math.ceil(wait / 1_000)) })
      }
      const answer = (status: number, bare: object, more: object = {}) =>
        answerJson(response, status, { ...envelope({ ...bare, ...more }, clock), ...bare })
      const server = servers.get(name)
      if (server === undefined) return answer(404, { error: `Server '${name}' not configured` })
      try {
        const { sent, lifetime } = await server.authorizer.credentials.refresh({ signal })
        const expires_in = secondsUntil(sent.wall + lifetime, clock)
        answer(200, { server: name, status: 'success', token_acquired: true, has_token: true }, { expires_in })
      } catch (thrown) {
        if (signal.aborted) return
        const error = ownError(thrown)
        answer(503, { server: name, status: 'error', error: error.message }, { details: error })
      }
    },
  }
}
