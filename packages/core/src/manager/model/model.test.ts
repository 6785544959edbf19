import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { circumstances, commands } from './commands.ts'
import { type Invariant, invariants } from './invariants.ts'
import { World } from './world.ts'

/** Of all invariants together: some hundred for each while developing, MODEL_RUNS=100000 before a release. */
const RUNS = Number(process.env.MODEL_RUNS ?? 2_700)
/** A run that takes longer hangs: something waits that was not raced. */
const LONGEST_RUN = 10_000

function property({ jumps, observe }: Invariant) {
  return fc.asyncProperty(circumstances, commands(jumps), async (given, list) => {
    const world = new World(given, observe)
    await fc.asyncModelRun(() => ({ model: {}, real: world }), list)
    await world.finish()
  })
}

describe('whatever happens to clocks, callers and issuer', () => {
  const numRuns = Math.ceil(RUNS / invariants.length)
  test.each(invariants)(
    'invariant $number: $title',
    async (invariant) => {
      expect(numRuns).toBeGreaterThan(0)
      await fc.assert(property(invariant), { numRuns, timeout: LONGEST_RUN })
    },
    60_000 + numRuns * 100,
  )
})
