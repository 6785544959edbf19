import { fileURLToPath } from 'node:url'
import { startProcess, type TestProcess } from '@orthanc-oauth/testing'

/** What a user starts; it needs the build. */
const BIN = fileURLToPath(new URL('../../bin/orthanc-oauth.js', import.meta.url))

export function run(...args: string[]): Promise<TestProcess> {
  return startProcess(process.execPath, [BIN, ...args])
}

export interface Served extends AsyncDisposable {
  readonly process: TestProcess
  readonly dataUrl: string
  readonly controlUrl: string
}

/** `serve`, once both listeners are bound. */
export async function serve(path: string, ...args: string[]): Promise<Served> {
  const process = await run('serve', '--config', path, ...args)
  try {
    const [, dataUrl = ''] = await process.output(/Data listener: (http:[^"]+)"/)
    const [, controlUrl = ''] = await process.output(/Control listener: (http:[^"]+)"/)
    return { process, dataUrl, controlUrl, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() }
  } catch (error) {
    await process[Symbol.asyncDispose]()
    throw error
  }
}
