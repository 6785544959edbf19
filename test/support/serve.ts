import { fileURLToPath } from 'node:url'
import { type ProcessOptions, startProcess, type TestProcess } from '@orthanc-oauth/testing'

/** What users start, built: a process of its own is not served by vitest. */
const BIN = fileURLToPath(new URL('../../packages/bridge/bin/orthanc-oauth.js', import.meta.url))
/** They beat the configuration, and a test must not talk to whatever Orthanc they name. */
const NOT_THEIRS = { ORTHANC_URL: undefined, ORTHANC_USERNAME: undefined, ORTHANC_PASSWORD: undefined }

/** `orthanc-oauth serve` as a process of its own, both listeners bound. */
export interface Serve extends AsyncDisposable {
  readonly process: TestProcess
  /** Of the data listener; no slash at its end. */
  readonly dataUrl: string
  /** Of the control listener; no slash at its end. */
  readonly controlUrl: string
}

export async function startServe(
  configurationFile: string,
  { args = [], env }: { readonly args?: readonly string[]; readonly env?: ProcessOptions['env'] } = {},
): Promise<Serve> {
  const all = [BIN, 'serve', '--config', configurationFile, ...args]
  const child = await startProcess(process.execPath, all, { env: { ...NOT_THEIRS, ...env } })
  try {
    const [, dataUrl = ''] = await child.output(/Data listener: (http:[^\s"]+)/)
    const [, controlUrl = ''] = await child.output(/Control listener: (http:[^\s"]+)/)
    return { process: child, dataUrl, controlUrl, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
  } catch (error) {
    await child[Symbol.asyncDispose]()
    throw error
  }
}
