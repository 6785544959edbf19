import { Command, Option } from 'commander'
import { type LogLevel, logLevels } from '../log/json-log.ts'
import { version } from '../version.ts'

export interface ServeOptions {
  readonly config: string
  readonly logLevel?: LogLevel
  /** Of `--provider name=file`, as they were written. */
  readonly provider: readonly string[]
}

/** What each command does. */
export interface Commands {
  serve(options: ServeOptions): Promise<void>
}

/** The command line. Throws a CommanderError in the place of ending the process. */
export function program(commands: Commands): Command {
  const root = new Command('orthanc-oauth')
    .description('Gives Orthanc’s outgoing DICOMweb requests a valid OAuth 2.0 access token')
    .version(version)
    .exitOverride() // before the commands, which copy it
  root
    .command('serve')
    .description('run the bridge until SIGTERM, SIGINT or SIGHUP')
    .requiredOption('-c, --config <path>', 'Orthanc’s configuration: a file, or a folder of *.json')
    .addOption(new Option('--log-level <level>', 'instead of what the configuration says').choices([...logLevels]))
    .addOption(
      new Option(
        '--provider <name=file>',
        'a provider of your own: a module that exports createAuthorizer (repeatable)',
      )
        .default([], 'none')
        .argParser((value: string, before: readonly string[]) => [...before, value]),
    )
    .action((options: ServeOptions) => commands.serve(options))
  return root
}
