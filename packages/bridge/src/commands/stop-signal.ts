import { exitCodeOfSignal } from './exit-codes.ts'

/** SIGHUP as well, which would end the process by itself and leave its definitions in Orthanc: a terminal was closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Aborts at the first of them; at the second the process leaves at once, for whoever does not want to wait until the
 * streams under way have ended.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of SIGNALS)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCodeOfSignal[name])
      stop.abort()
    })
  return stop.signal
}
