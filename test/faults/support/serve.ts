import { type ProcessOptions, temporaryFolder } from '@orthanc-oauth/testing'
import { type Serve as Started, startServe as start } from '../../support/serve.ts'
import { type BridgeConfiguration, writeConfiguration } from './bridge-configuration.ts'

export interface Serve extends Started {
  /** Of the server at the data listener; no slash at its end. */
  readonly cloud: string
}

/** `orthanc-oauth serve` with this configuration, which goes with it. */
export async function startServe(
  configuration: BridgeConfiguration,
  options: Pick<ProcessOptions, 'env'> = {},
): Promise<Serve> {
  const folder = await temporaryFolder()
  try {
    const serve = await start(await writeConfiguration(folder.path, configuration), options)
    const dispose = async () => {
      await serve[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    }
    return { ...serve, cloud: `${serve.dataUrl}/cloud`, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}
