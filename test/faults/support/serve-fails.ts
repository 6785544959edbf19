import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../../packages/bridge/dist/cli.js', import.meta.url))

/** Milliseconds; what is wrong with a configuration is known within one second. */
const LIMIT = 20_000

export interface Failed {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** `orthanc-oauth serve --config` as it was built, with a configuration that is wrong. @throws where it runs */
export function serveFails(config: string, env: Readonly<Record<string, string>> = {}): Promise<Failed> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: LIMIT }
    execFile(process.execPath, [cli, 'serve', '--config', config], options, (error, stdout, stderr) => {
      if (typeof error?.code === 'number') resolve({ exitCode: error.code, stdout, stderr })
      else reject(new Error(`serve did not fail by itself: ${stdout}${stderr}`))
    })
  })
}
