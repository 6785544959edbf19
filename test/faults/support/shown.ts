import { inspect } from 'node:util'

/** Deeper than any error's chain of causes. */
const DEPTH = 10

/** All that a program could print of a value: inspect, JSON and text, stacks and causes with it. */
export function shown(value: unknown): string {
  return [
    inspect(value, { depth: DEPTH, showHidden: true, maxStringLength: null }),
    JSON.stringify(value),
    String(value),
  ].join('\n')
}
