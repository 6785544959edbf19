import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export interface Summary {
  readonly passed: number
  readonly failed: number
  /** Full names. */
  readonly skipped: readonly string[]
}

/** Writes how many tests passed and failed, and which were skipped, into the file TEST_SUMMARY. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state: string) => tests.filter((test) => test.result().state === state)
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length
    const summary: Summary = {
      passed: inState('passed').length,
      failed: inState('failed').length + broken,
      skipped: inState('skipped').map((test) => test.fullName),
    }
    writeFileSync(process.env.TEST_SUMMARY ?? '', JSON.stringify(summary))
  }
}
