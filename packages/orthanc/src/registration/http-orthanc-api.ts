import type { OrthancConnection } from '../configuration/orthanc-connection.ts'
import type { ListedDefinition } from './definition.ts'
import { definitionToJson, listedFromJson } from './definition-json.ts'
import type { OrthancApi } from './orthanc-api.ts'
import { type OrthancCall, objectOf, orthancRequest, refusal } from './orthanc-request.ts'

/** Orthanc says 400 to the name of a server that it does not know, another release 404. */
const UNKNOWN_SERVER = [400, 404]

/**
 * Orthanc's servers API over HTTP: Basic authentication, a connection for each call.
 *
 * @throws OrthancOAuthError AUTH-100 where Orthanc refuses; NET-100 (retryable) where it cannot be reached, is starting
 *   or has no DICOMweb plugin. Never with a definition in it: it holds passwords.
 */
export function httpOrthancApi(connection: OrthancConnection): OrthancApi {
  const base = new URL(`${connection.dicomWebRoot}/servers`, connection.url).href
  const call = (method: OrthancCall['method'], url: string, body?: string) =>
    orthancRequest(connection, { method, url, body })
  return {
    async servers() {
      const system = await call('GET', new URL('system', connection.url).href)
      if (system.status !== 200) throw refusal(system)
      const answer = await call('GET', `${base}?expand`)
      if (answer.status !== 200) throw refusal(answer)
      const listed = new Map<string, ListedDefinition>()
      for (const [name, json] of Object.entries(objectOf(answer))) {
        const definition = listedFromJson(json)
        if (definition !== undefined) listed.set(name, definition)
      }
      return listed
    },
    async put(name, definition) {
      const answer = await call('PUT', `${base}/${encodeURIComponent(name)}`, definitionToJson(definition))
      if (answer.status !== 200) throw refusal(answer)
    },
    async delete(name) {
      const answer = await call('DELETE', `${base}/${encodeURIComponent(name)}`)
      if (answer.status !== 200 && !UNKNOWN_SERVER.includes(answer.status)) throw refusal(answer)
    },
  }
}
