// Runs examples/demo. With --keep it leaves all of it up until Ctrl-C.
import { demo } from '../../examples/demo/demo.ts'

/** Of a process that a signal ended, as shells say it: 128 + SIGINT. */
const INTERRUPTED = 130

const keep = process.argv.includes('--keep')
const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => interruption.abort())

try {
  const right = await demo({
    orthancMissing: process.env.ORTHANC_MISSING,
    keep,
    signal: interruption.signal,
    write: (text) => process.stdout.write(text),
  })
  process.exitCode = right ? 0 : 1
} catch (error) {
  process.stdout.write(interruption.signal.aborted ? '\nInterrupted: everything has been stopped\n' : `\n${error}\n`)
  process.exitCode = interruption.signal.aborted ? INTERRUPTED : 1
}
