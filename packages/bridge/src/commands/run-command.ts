import { OrthancOAuthError } from '@orthanc-oauth/core'
import { CommanderError } from 'commander'
import { ADDRESS_TAKEN } from '../http/listen.ts'
import { exitCodes } from './exit-codes.ts'
import { explain } from './explain.ts'
import { program, type ServeOptions } from './program.ts'

/** Runs one command and ends the process with its exit code. */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    // Loaded when it is called for: whoever asks for --help does not wait for the rest.
    const serve = async (options: ServeOptions) => (await import('./serve.ts')).serve(options)
    await program({ serve }).parseAsync(args, { from: 'user' })
    process.exit(exitCodes.ok)
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
    process.stderr.write(explain(error))
    process.exit(exitCodeOf(error))
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof OrthancOAuthError)) return exitCodes.software
  if (error.details.reason === ADDRESS_TAKEN) return exitCodes.unavailable
  return error.category === 'CONFIGURATION' ? exitCodes.configuration : exitCodes.software
}
