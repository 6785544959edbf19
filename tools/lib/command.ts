import { spawn } from 'node:child_process'
import { root } from './root.ts'

export interface CommandResult {
  readonly status: number
  /** Both streams in the order in which they came; empty where they were inherited. */
  readonly output: string
}

/** Runs a program at the root of the repository; its output is kept, or shown as it comes with `show`. */
export function command(
  [program = '', ...args]: readonly string[],
  { show = false, env = {} }: { show?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ status: code ?? 1, output }))
  })
}
