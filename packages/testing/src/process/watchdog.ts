import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Reads until its standard input ends, which the kernel sees to when the one who holds the other end dies. */
const SCRIPT = 'read _; kill -9 -"$1" 2>/dev/null; test -z "$2" || rm -rf "$2"'

/**
 * Kills a process group, and removes a folder, when this process ends, be it in a way that runs no handler of its own
 * (SIGKILL, a crash of the test runner). POSIX alone.
 *
 * @returns calls it off
 */
export function watchOver(group: number, folder = ''): () => Promise<void> {
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', String(group), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // so that Ctrl-C in the terminal does not end the watchdog first
  })
  const exited = once(watchdog, 'exit')
  watchdog.unref()
  return async () => {
    watchdog.ref() // or this process may end before it has heard of its end
    watchdog.kill('SIGKILL')
    await exited
  }
}
