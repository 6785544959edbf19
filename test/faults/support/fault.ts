import { type TestContext, test } from 'vitest'
import { catalogue } from '../catalogue.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** A row of docs/faults.md, and what this run saw. */
    fault?: { readonly id: string; readonly seen: string[] }
  }
}

const known = new Set(catalogue().tested.map((row) => row.id))

/** Notes what was observed, made out of values measured in this run; it appears in the table beside what is expected. */
export type Seen = (observation: string) => void

/**
 * A test of one row of docs/faults.md. Several tests may share an id; the row is green when all are, and a test that saw
 * nothing fails.
 */
export function fault(
  id: string,
  title: string,
  run: (seen: Seen, context: TestContext) => Promise<void>,
  timeout?: number,
): void {
  if (!known.has(id)) throw new Error(`${id} is no row under "Tested" in docs/faults.md`)
  test(
    `${id}: ${title}`,
    async (context) => {
      const seen: string[] = []
      context.task.meta.fault = { id, seen }
      await run((observation) => seen.push(observation), context)
      if (seen.length === 0) throw new Error(`${id}: the test noted nothing that it saw`)
    },
    timeout,
  )
}
