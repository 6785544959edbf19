import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const KIB = 1024

/** Bytes of a process in memory now (POSIX ps). */
export async function residentMemory(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) * KIB
}
