import { demoFiles, sizeOf } from './files.ts'
import { visitorsGuide } from './guide.ts'
import { megabytes, progressOn, seconds } from './progress.ts'
import type { Serve } from './serve.ts'
import { runSteps } from './steps.ts'
import { printed, table } from './table.ts'
import { startWorld, TOKEN_LIFETIME, type World } from './world.ts'

export interface DemoOptions {
  /** Why there is no Orthanc; undefined: there is one. */
  readonly orthancMissing: string | undefined
  /** Whether all stays up after the table, until the signal. */
  readonly keep: boolean
  /** Ends the demo, whatever it does. */
  readonly signal: AbortSignal
  readonly write: (text: string) => void
}

/**
 * Runs the demo and stops all that it has started.
 *
 * @returns whether every number was right
 * @throws the first step's error; the reason of the signal where that ended it
 */
export async function demo({ orthancMissing, keep, signal, write }: DemoOptions): Promise<boolean> {
  const begin = performance.now()
  if (orthancMissing !== undefined) write(`${orthancMissing}.\n${WITHOUT_ORTHANC}\n`)
  const progress = progressOn(write)
  const files = await progress('Files', async () => {
    const made = await demoFiles() // before the issuer is there: it shares this thread
    return [made, `those of test/dicom and a multi-frame made by code: ${made.length}, ${megabytes(sizeOf(made))}`]
  })
  await using world = await progress('Start', async () => {
    const started = await startWorld(orthancMissing === undefined)
    return [started, describe(started)]
  })
  const aborted = whenAborted(signal)
  const steps = runSteps(world, files, progress).catch((error: unknown) => {
    if (!signal.aborted) write(`failed\n\nThe last lines of the bridge:\n${lastLines(world.site.bridge)}\n`)
    throw error
  })
  const outcome = await Promise.race([steps, aborted])
  const rows = table(files, outcome, world.origin.tally, performance.now() - begin)
  write(`\n${printed(rows)}`)
  if (keep) {
    write(`\n${visitorsGuide(world)}`)
    await aborted.catch(() => undefined)
  }
  return rows.every(({ right }) => right !== false)
}

const WITHOUT_ORTHANC =
  'So the protected server is a small embedded one, and the demo itself stores, queries and retrieves, through the bridge.'
/** Of a log, what is enough to see why a step failed. */
const LAST_LINES = 10

function describe({ pacs, site }: World): string {
  return `issuer (tokens live ${seconds(TOKEN_LIFETIME)}), protected DICOMweb server (${pacs.name} behind it), ${site.hospital.name}, bridge`
}

function lastLines({ process }: Serve): string {
  return process.text.trimEnd().split('\n').slice(-LAST_LINES).join('\n')
}

/** Rejects when the signal is aborted, with its reason. */
function whenAborted(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  aborted.catch(() => undefined) // whoever waits for it is told
  return aborted
}
