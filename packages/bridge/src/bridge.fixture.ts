import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Issuer, type TemporaryFolder, temporaryFolder } from '@orthanc-oauth/testing'

export type Json = Readonly<Record<string, unknown>>

/** As much of Orthanc's servers API as a sidecar uses, in memory. */
export async function startServersApi() {
  const definitions = new Map<string, Json>()
  const server = createServer(async (request, response) => {
    const name = /^\/dicom-web\/servers\/([^/?]+)$/.exec(request.url ?? '')?.[1]
    if (name !== undefined && request.method === 'PUT') definitions.set(name, JSON.parse(await text(request)))
    if (name !== undefined && request.method === 'DELETE') definitions.delete(name)
    const listed = [...definitions].map(([key, { Password: _, ...shown }]) => [key, { ...shown, Password: null }])
    response.end(JSON.stringify(request.url === '/system' ? {} : Object.fromEntries(listed)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    definitions,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** One server's keys, for a client of the issuer. */
export function serverKeys(url: string, issuer: Issuer, more: Json = {}): Json {
  const { clientId, clientSecret, scope } = issuer.clients.client_secret_post
  return {
    Url: url,
    TokenEndpoint: issuer.tokenEndpoint,
    ClientId: clientId,
    ClientSecret: clientSecret,
    Scope: scope,
    ...more,
  }
}

export interface ConfigurationFile extends AsyncDisposable {
  readonly path: string
  readonly folder: TemporaryFolder
}

/** The client that a person set up: what tests come as. */
export const CLIENT = { username: 'viewer', password: 'canary-client-password' } as const
export const CLIENT_LOGIN = `Basic ${Buffer.from(`${CLIENT.username}:${CLIENT.password}`).toString('base64')}`

/** A configuration file with these servers, listeners on free ports, and Orthanc where it says. */
export async function configurationFile(
  servers: Json,
  orthancUrl: string,
  section: Json = {},
): Promise<ConfigurationFile> {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'orthanc.json')
  const all = {
    DicomWebOAuth: {
      Listen: '127.0.0.1:0',
      ControlListen: '127.0.0.1:0',
      ClientUsername: CLIENT.username,
      ClientPassword: CLIENT.password,
      Orthanc: { Url: orthancUrl },
      ...section,
      Servers: servers,
    },
  }
  await writeFile(path, JSON.stringify(all), { mode: 0o600 })
  return { path, folder, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

interface Line {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

/** A log that keeps what it is told, as JSON would show it. */
export function keptLog() {
  const lines: Line[] = []
  const write = (level: string) => (fields: object, message: string) =>
    lines.push({ level, message, ...JSON.parse(JSON.stringify(fields)) })
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
