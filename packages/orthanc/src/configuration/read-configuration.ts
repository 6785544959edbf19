import type { Configuration } from './configuration.ts'

export interface ReadOptions {
  /** Where variables come from. Default process.env. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Reads Orthanc's configuration: JSON with comments, trailing commas and variables.
 *
 * `${NAME}` and `${NAME:-default}` are replaced by Orthanc's rule, on the raw text: nothing is escaped, so a value with
 * a quote or a backslash has to be JSON already; better is the key of the same name with `File` at its end.
 *
 * @param path a file, or a folder whose `*.json` are read
 * @throws ConfigurationErrors with everything that is wrong, each with file, line, path, what was found and expected
 */
export async function readConfiguration(path: string, { env = process.env }: ReadOptions = {}): Promise<Configuration> {
  // zod takes 38 ms to load: who only registers, or matches a URL, does not pay for it.
  const { parseConfiguration } = await import('./parse-configuration.ts')
  return parseConfiguration(path, env)
}
