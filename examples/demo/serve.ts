import { fileURLToPath } from 'node:url'
import { startProcess, type TemporaryFolder, type TestProcess } from '@orthanc-oauth/testing'

const BIN = fileURLToPath(new URL('../../packages/bridge/bin/orthanc-oauth.js', import.meta.url))
/** They would beat the configuration: whoever runs the demo may have set them for a bridge of their own. */
const NOT_THEIRS = { ORTHANC_URL: undefined, ORTHANC_USERNAME: undefined, ORTHANC_PASSWORD: undefined }

/** `orthanc-oauth serve`, as a process of its own. */
export interface Serve extends AsyncDisposable {
  readonly process: TestProcess
  /** Of the data listener; no slash at its end. */
  readonly dataUrl: string
  /** Of the control listener; no slash at its end. */
  readonly controlUrl: string
}

/**
 * Starts the bridge as users do, and waits until both its listeners are bound.
 *
 * @param folder what it needs; removed with it should the demo be killed
 */
export async function startServe(configurationFile: string, folder: TemporaryFolder): Promise<Serve> {
  const args = [BIN, 'serve', '--config', configurationFile]
  const child = await startProcess(process.execPath, args, { env: NOT_THEIRS, folder: folder.path })
  try {
    const [, dataUrl = ''] = await child.output(/Data listener: (http:[^\s"]+)/)
    const [, controlUrl = ''] = await child.output(/Control listener: (http:[^\s"]+)/)
    return { process: child, dataUrl, controlUrl, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
  } catch (error) {
    await child[Symbol.asyncDispose]()
    throw error
  }
}
