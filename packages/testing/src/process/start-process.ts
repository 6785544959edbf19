import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { watchOver } from './watchdog.ts'

export interface ProcessOptions {
  /** Added to the environment of this process; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Removed should this process die before it has disposed of the other. */
  readonly folder?: string
}

export interface ExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Characters of output that say why a process ended. */
const LAST_WORDS = 2_000

/** A child process and what it has written. It never outlives the one who started it. */
export class TestProcess implements AsyncDisposable {
  readonly pid: number
  /** When it has ended and all its output has come. */
  readonly exited: Promise<ExitStatus>
  readonly #child: ChildProcess
  readonly #written: string[] = []
  readonly #looking = new Set<() => void>()
  readonly #callOff: () => Promise<void>
  #status: ExitStatus | undefined

  /** For startProcess alone: `child` has been spawned as the leader of a process group. */
  constructor(child: ChildProcess, pid: number, folder: string | undefined) {
    this.#child = child
    this.pid = pid
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#written.push(text)
        this.#look()
      })
    }
    this.#callOff = watchOver(pid, folder)
    this.exited = once(child, 'close').then(async ([code, signal]) => {
      await this.#callOff()
      this.#status = { code, signal }
      this.#look()
      return this.#status
    })
  }

  /** Standard output and standard error so far, in the order in which they came. */
  get text(): string {
    return this.#written.join('')
  }

  /** The first match in all that it writes. @throws where it ends without one, with the end of what it wrote */
  output(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.text)
        if (match === null && this.#status === undefined) return
        this.#looking.delete(look)
        if (match === null) reject(new Error(`Ended without writing ${pattern}: ${this.text.slice(-LAST_WORDS)}`))
        else resolve(match)
      }
      this.#looking.add(look)
      look()
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** SIGKILL for it and all that it has started. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#killGroup()
    await this.exited
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // none of the group is left
    }
  }

  #look(): void {
    for (const look of this.#looking) look()
  }
}

/** @throws where the command cannot be started */
export async function startProcess(
  command: string,
  args: readonly string[] = [],
  options: ProcessOptions = {},
): Promise<TestProcess> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    detached: true, // a group of its own, so that what it starts can be killed with it
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  await once(child, 'spawn')
  if (child.pid === undefined) throw new Error(`${command} was not started`)
  return new TestProcess(child, child.pid, options.folder)
}
