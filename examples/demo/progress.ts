/** Does one step, tells what is being done and what came of it, and gives that back. */
export type Progress = <T>(what: string, run: () => Promise<readonly [result: T, told: string]>) => Promise<T>

const MEGABYTE = 1_000_000

/** A line for each step, begun when the step begins. */
export function progressOn(write: (text: string) => void): Progress {
  return async (what, run) => {
    write(`${what.padEnd(8)} … `)
    const begin = performance.now()
    const [result, told] = await run()
    write(`${told} (${seconds(performance.now() - begin)})\n`)
    return result
  }
}

/** @param duration milliseconds */
export function seconds(duration: number): string {
  return `${(duration / 1_000).toFixed(1)} s`
}

export function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`
}
