import { type Bridge, createBridge, type Log } from '@orthanc-oauth/bridge'
import type { Clock } from '@orthanc-oauth/core'
import {
  type Behaviour,
  type FaultServer,
  refusingPort,
  startFaultServer,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { type BridgeConfiguration, writeConfiguration } from './bridge-configuration.ts'
import { tokenAnswer } from './token-answers.ts'

export const TOKEN = 'the-token-of-the-issuer'

export interface BridgeWorldOptions extends Partial<BridgeConfiguration> {
  readonly clock?: Clock
  readonly log?: Log
  /** What the token endpoint does. Default: a token of an hour. */
  readonly tokens?: Behaviour
}

/** A bridge between a token endpoint and a DICOMweb server that are fault servers; no Orthanc answers. */
export interface BridgeWorld extends AsyncDisposable {
  readonly endpoint: FaultServer
  readonly origin: FaultServer
  readonly bridge: Bridge
  /** Of the server at the data listener; no slash at its end. */
  readonly cloud: string
}

export async function bridgeWorld(options: BridgeWorldOptions = {}): Promise<BridgeWorld> {
  const { clock, log, tokens, ...configuration } = options
  const endpoint = await startFaultServer()
  endpoint.always(tokens ?? tokenAnswer({ access_token: TOKEN }))
  const origin = await startFaultServer()
  const noOrthanc = await refusingPort()
  const folder = await temporaryFolder()
  const file = await writeConfiguration(folder.path, {
    server: `${origin.url}/dicom-web`,
    tokenEndpoint: `${endpoint.url}/token`,
    ...configuration,
    section: { Orthanc: { Url: `http://127.0.0.1:${noOrthanc.port}/` }, LogLevel: 'ERROR', ...configuration.section },
  })
  const bridge = await createBridge({ configuration: file, env: {}, ...(clock && { clock }), ...(log && { log }) })
  await bridge.start()
  return {
    endpoint,
    origin,
    bridge,
    cloud: `${bridge.dataUrl.replace(/\/$/, '')}/cloud`,
    async [Symbol.asyncDispose]() {
      for (const part of [bridge, origin, endpoint, noOrthanc, folder]) await part[Symbol.asyncDispose]()
    },
  }
}
