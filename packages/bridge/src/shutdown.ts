import { type Clock, sleep } from '@orthanc-oauth/core'
import type { Log } from './log/log.ts'

/** Milliseconds. The whole stays below the 30 s that Kubernetes gives a process to end. */
export interface ShutdownLimits {
  /** For Orthanc to take the definitions back: 10 s, what the Registrar allows itself, two calls of 5 s. */
  readonly definitions: number
  /** For streams under way: 25 s, or what is left of the whole. */
  readonly drain: number
  /** For all of it: 29 s. An Orthanc that hangs leaves 19 s to the streams. */
  readonly whole: number
}

export const shutdownLimits: ShutdownLimits = { definitions: 10_000, drain: 25_000, whole: 29_000 }

/** Waits for one step, not longer than `limit`, and writes down what went wrong with it. */
export async function shutdownStep(
  what: string,
  step: () => Promise<unknown>,
  { clock, log, limit }: { readonly clock: Clock; readonly log: Log; readonly limit?: number },
): Promise<void> {
  const done = new AbortController()
  try {
    const late = limit === undefined ? [] : [sleep(clock, limit, done.signal).then(() => 'late' as const)]
    for (const waiting of late) waiting.catch(() => undefined)
    if ((await Promise.race([step(), ...late])) === 'late') log.warn({ limit }, `Gave up after a while: ${what}`)
  } catch (error) {
    log.error({ error }, `Failed: ${what}`)
  } finally {
    done.abort()
  }
}
