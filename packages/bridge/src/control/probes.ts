import type { ServerResponse } from 'node:http'
import { answerText } from '../http/json-answer.ts'
import type { Route } from './route.ts'

/** For an orchestrator: they need nothing and say nothing but their status. */
export function probeRoutes(isReady: () => boolean): readonly Route[] {
  return [
    { method: 'GET', path: '/health/live', open: true, handle: ({ response }) => sayNothing(response, 200) },
    {
      method: 'GET',
      path: '/health/ready',
      open: true,
      handle: ({ response }) => sayNothing(response, isReady() ? 200 : 503),
    },
  ]
}

function sayNothing(response: ServerResponse, status: 200 | 503): void {
  answerText(response, status, 'text/plain; charset=utf-8', '')
}
