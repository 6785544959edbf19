import { type DestinationStream, pino, stdTimeFunctions } from 'pino'
import { errorFields } from './error-fields.ts'
import type { Log } from './log.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * JSON lines: `level` as a word, `time` in ISO 8601, `msg`, and the fields of the event.
 *
 * @param destination default: standard output, written at once
 */
export function jsonLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
    serializers: { error: errorFields, err: errorFields },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
