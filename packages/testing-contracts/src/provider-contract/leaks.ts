import { inspect } from 'node:util'
import { formsOf } from '../canaries/canary-forms.ts'

/** As deep as a logger goes. */
const DEPTH = 10

/** Everything that an error, or anything else, can be made to say: text, JSON, its parts, what it stands on. */
function saidBy(value: unknown): string {
  const chain: unknown[] = [value]
  for (let link = causeOf(value); link !== undefined && !chain.includes(link); link = causeOf(link)) chain.push(link)
  return chain
    .flatMap((link) => [
      String(link),
      jsonOf(link),
      inspect(link, { depth: DEPTH, showHidden: true, getters: true }),
      ...(link instanceof Error ? [link.message, link.stack] : []),
    ])
    .join('\n')
}

/** What has no JSON shows nothing by it. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function causeOf(value: unknown): unknown {
  return value instanceof Error ? value.cause : undefined
}

/** The secrets that show in `value`, by their place in `secrets`, so that a failing test does not print them itself. */
export function leaks(value: unknown, secrets: readonly string[]): number[] {
  const said = saidBy(value)
  return secrets.flatMap((secret, index) => (formsOf(secret).some(({ text }) => said.includes(text)) ? [index] : []))
}
