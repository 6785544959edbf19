import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Summary } from '../reporters/summary.ts'
import { command } from './command.ts'

/**
 * Runs vitest with its output shown, and gives back what it counted. A run that ended before it could count is one
 * failure; so is one that counted none but ended badly.
 */
export async function runVitest(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Summary> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orthanc-oauth-test-'))
  const file = path.join(folder, 'summary.json')
  try {
    const { status } = await command(
      ['vitest', 'run', '--reporter=default', '--reporter=./tools/reporters/summary.ts', ...args],
      {
        show: true,
        env: { ...env, TEST_SUMMARY: file },
      },
    )
    const counted: Summary = JSON.parse(
      await readFile(file, 'utf8').catch(() => '{"passed":0,"failed":0,"skipped":[]}'),
    )
    return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
  } finally {
    await rm(folder, { recursive: true })
  }
}
