import type { Issuer } from '@orthanc-oauth/testing'
import {
  CLIENT_LOGIN,
  type ConfigurationFile,
  configurationFile,
  type Json,
  keptLog,
  serverKeys,
  startServersApi,
} from './bridge.fixture.ts'
import { createBridge } from './create-bridge.ts'

/** A started bridge for these servers, with an Orthanc that takes definitions. */
export async function startBridge(servers: Json, section: Json = {}) {
  const orthanc = await startServersApi()
  const file: ConfigurationFile = await configurationFile(servers, orthanc.url, section)
  const log = keptLog()
  const bridge = await createBridge({ configuration: file.path, log })
  const dispose = async () => {
    for (const started of [bridge, file, orthanc]) await started[Symbol.asyncDispose]()
  }
  await bridge.start().catch(async (error: unknown) => {
    await dispose()
    throw error
  })
  return {
    bridge,
    log,
    orthanc,
    get: (path: string, init: RequestInit = {}) =>
      fetch(bridge.dataUrl + path, { ...init, headers: { Authorization: CLIENT_LOGIN, ...init.headers } }),
    control: async (path: string, init: RequestInit = {}) => {
      const response = await fetch(bridge.controlUrl + path, init)
      const body = await response.text()
      return { status: response.status, headers: response.headers, body, json: () => JSON.parse(body) }
    },
    [Symbol.asyncDispose]: dispose,
  }
}

/** A server whose issuer refuses the client. */
export const wrongSecret = (url: string, issuer: Issuer): Json =>
  serverKeys(url, issuer, { ClientSecret: 'canary-wrong-secret' })
