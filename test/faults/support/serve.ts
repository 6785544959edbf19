import { fileURLToPath } from 'node:url'
import { type ProcessOptions, startProcess, type TestProcess, temporaryFolder } from '@orthanc-oauth/testing'
import { type BridgeConfiguration, writeConfiguration } from './bridge-configuration.ts'

/** What a user runs, built: a child process is not served by vitest. */
const CLI = fileURLToPath(new URL('../../../packages/bridge/bin/orthanc-oauth.js', import.meta.url))

/** `orthanc-oauth serve` as a process of its own, both listeners bound. */
export interface Serve extends AsyncDisposable {
  readonly process: TestProcess
  /** Of the server at the data listener; no slash at its end. */
  readonly cloud: string
  readonly controlUrl: string
}

export async function startServe(configuration: BridgeConfiguration, { env }: ProcessOptions = {}): Promise<Serve> {
  const folder = await temporaryFolder()
  const file = await writeConfiguration(folder.path, configuration)
  const child = await startProcess(process.execPath, [CLI, 'serve', '--config', file], { ...(env && { env }) })
  const dispose = async () => {
    await child[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  try {
    const [, dataUrl] = await child.output(/Data listener: (http:[^\s"]+)/)
    const [, controlUrl = ''] = await child.output(/Control listener: (http:[^\s"]+)/)
    return { process: child, cloud: `${dataUrl}/cloud`, controlUrl, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}
