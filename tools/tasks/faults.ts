// Prints the table of docs/faults.md with what this run saw; with --sabotage, switches off one guard after the other.

import { runSabotage } from '../lib/run-sabotage.ts'
import { runVitest } from '../lib/run-vitest.ts'

const failed = process.argv.includes('--sabotage')
  ? (await runSabotage()).failed
  : (await runVitest(['--reporter=./test/faults/support/fault-table.ts', 'test/faults'])).failed
process.exitCode = failed === 0 ? 0 : 1
