import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Sabotage, sabotages } from '../../test/faults/sabotages.ts'
import { type Check, runChecks, type Tally } from './check.ts'
import { command } from './command.ts'

/** Switches off one guard after the other, and wants its rows to turn red each time. */
export function runSabotage(): Promise<Tally> {
  return runChecks(sabotages.map(noticed))
}

function noticed(sabotage: Sabotage): Check {
  const { name, rows } = sabotage
  return {
    name: `without "${name}", ${rows.join(' or ')} turns red`,
    async run() {
      const folder = await mkdtemp(path.join(tmpdir(), 'orthanc-oauth-sabotage-'))
      const mark = path.join(folder, 'mark')
      try {
        const pattern = `^.*(${rows.join('|')}):`
        const { status, output } = await command(['vitest', 'run', 'test/faults', '--reporter=dot', '-t', pattern], {
          env: { SABOTAGE: name, SABOTAGE_MARK: mark },
        })
        if (!existsSync(mark)) return `its source was never loaded\n${output}`
        if (status === 0) return 'nothing turned red'
        return failedRows(output, rows) ? undefined : `the run failed, but none of its rows did\n${output}`
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  }
}

function failedRows(output: string, rows: readonly string[]): boolean {
  return rows.some((row) => new RegExp(`FAIL .*${row}:`).test(output))
}
