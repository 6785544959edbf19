import type { Clock } from '@orthanc-oauth/core'
import type { ConfigurationWarning, RegistrationStatus } from '@orthanc-oauth/orthanc'
import type { BridgedServer } from '../bridged-server.ts'
import { answerJson } from '../http/json-answer.ts'
import { serversByManager } from '../reports/by-manager.ts'
import { envelope } from './envelope.ts'
import type { Route } from './route.ts'
import { type ServerView, serverView } from './server-view.ts'

export interface StatusSources {
  readonly servers: ReadonlyMap<string, BridgedServer>
  /** By server; empty before the start. */
  readonly registration: () => ReadonlyMap<string, RegistrationStatus>
  readonly warnings: readonly ConfigurationWarning[]
  readonly clock: Clock
}

/** What the bridge says of itself: to scripts in the words of the Python plugin of the same name, to people besides. */
export function statusRoutes(sources: StatusSources): readonly Route[] {
  const { servers, registration, warnings, clock } = sources
  const views = () => [...servers.values()].map((server) => serverView(server, registration().get(server.name), clock))
  return [
    {
      method: 'GET',
      path: '/dicomweb-oauth/status',
      handle({ response }) {
        const all = views()
        const data = {
          status: all.every(isHealthy) ? 'healthy' : 'degraded',
          token_managers: serversByManager(servers.values()).size,
          servers_configured: servers.size,
          servers: all,
          warnings: warnings.map(({ message, server, location }) => ({
            message,
            server: server ?? null,
            file: location.file,
            path: location.path,
            line: location.line,
          })),
        }
        answerJson(response, 200, envelope(data, clock))
      },
    },
    {
      method: 'GET',
      path: '/dicomweb-oauth/servers',
      handle: ({ response }) => answerJson(response, 200, envelope({ servers: views() }, clock)),
    },
  ]
}

/** A server that can be used now. That Orthanc is still starting, or that somebody took a definition out, is no illness. */
function isHealthy({ token_valid, refused_by_server, registration }: ServerView): boolean {
  return token_valid && refused_by_server === null && registration.state !== 'failed'
}
