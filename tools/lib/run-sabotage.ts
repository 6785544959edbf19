import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Sabotage, sabotages } from '../../test/faults/sabotages.ts'
import { type Check, runChecks, type Tally } from './check.ts'
import { type CommandResult, command } from './command.ts'
import { root } from './root.ts'

/** Switches off one guard after the other, and wants its rows to turn red each time, which are green with all of them. */
export function runSabotage(): Promise<Tally> {
  return runChecks([green([...new Set(sabotages.flatMap(({ rows }) => rows))]), ...sabotages.map(noticed)])
}

/** Without it a row that is red for another reason would pass for one that notices. */
function green(rows: readonly string[]): Check {
  return {
    name: 'with every guard in place those rows are green',
    async run() {
      const { status, output } = await runRows(rows)
      return status === 0 ? undefined : output
    },
  }
}

function noticed(sabotage: Sabotage): Check {
  const { name, rows } = sabotage
  return {
    name: `without "${name}", ${rows.join(' or ')} turns red`,
    async run() {
      const folder = await mkdtemp(path.join(tmpdir(), 'orthanc-oauth-sabotage-'))
      const mark = path.join(folder, 'mark')
      try {
        const { status, output } = await runRows(rows, { SABOTAGE: name, SABOTAGE_MARK: mark })
        if (!existsSync(mark)) return `its source was never loaded\n${output}`
        if (status === 0) return 'nothing turned red'
        return failedRows(output, rows) ? undefined : `the run failed, but none of its rows did\n${output}`
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  }
}

async function runRows(rows: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  const pattern = `^.*(${rows.join('|')}):`
  return command(['vitest', 'run', '--reporter=dot', '--bail=1', '-t', pattern, ...(await filesWith(rows))], { env })
}

/** The other files would be loaded for nothing. */
async function filesWith(rows: readonly string[]): Promise<string[]> {
  const folder = path.join('test', 'faults')
  const files = (await readdir(path.join(root, folder))).filter((file) => file.endsWith('.test.ts'))
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, folder, file), 'utf8')))
  return files
    .filter((_, index) => rows.some((row) => texts[index]?.includes(`'${row}'`)))
    .map((file) => path.join(folder, file))
}

function failedRows(output: string, rows: readonly string[]): boolean {
  return rows.some((row) => new RegExp(`FAIL .*${row}:`).test(output))
}
