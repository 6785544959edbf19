/** One thing that must hold: nothing to say, or what is wrong. */
export interface Check {
  readonly name: string
  run(): Promise<string | undefined>
}

export interface Tally {
  readonly passed: number
  readonly failed: number
}

/** Runs one check after the other, each to its end, and prints how each went. */
export async function runChecks(checks: readonly Check[]): Promise<Tally> {
  let failed = 0
  for (const { name, run } of checks) {
    const begin = performance.now()
    const complaint = await run().catch((error: unknown) => String(error))
    const seconds = ((performance.now() - begin) / 1000).toFixed(1)
    process.stdout.write(
      complaint === undefined ? `ok      ${name} (${seconds} s)\n` : `FAILED  ${name} (${seconds} s)\n${complaint}\n`,
    )
    if (complaint !== undefined) failed++
  }
  return { passed: checks.length - failed, failed }
}
