import type { Reporter, TestModule } from 'vitest/node'
import { catalogue, type FaultRow } from '../catalogue.ts'

interface Outcome {
  readonly failed: boolean
  readonly seen: readonly string[]
}

/** Prints each row of docs/faults.md with what this run saw, and fails the run where a row has no test. */
export default class FaultTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const outcomes = outcomesById(modules)
    const wanted = catalogue().tested
    for (const row of wanted) process.stdout.write(`${printed(row, outcomes.get(row.id))}\n`)
    const missing = wanted.filter((row) => !outcomes.has(row.id))
    const failed = wanted.filter((row) => outcomes.get(row.id)?.failed)
    process.stdout.write(`\n${wanted.length} rows, ${failed.length} failed, ${missing.length} without a test\n`)
    if (missing.length > 0 || failed.length > 0) process.exitCode = 1
  }
}

function outcomesById(modules: readonly TestModule[]): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>()
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { fault } = test.meta()
      if (fault === undefined) continue
      const before = outcomes.get(fault.id)
      outcomes.set(fault.id, {
        failed: (before?.failed ?? false) || test.result().state !== 'passed',
        seen: [...(before?.seen ?? []), ...fault.seen],
      })
    }
  }
  return outcomes
}

function printed(row: FaultRow, outcome: Outcome | undefined): string {
  const mark = outcome === undefined ? 'no test' : outcome.failed ? 'FAILED ' : 'ok     '
  return [
    `${mark} ${row.id}  ${row.fault}`,
    `          expected  ${row.expected}`,
    `          seen      ${outcome?.seen.join('; ') ?? '–'}`,
  ].join('\n')
}
