import { writeFileSync } from 'node:fs'
import type { Plugin } from 'vitest/config'
import { sabotages } from '../sabotages.ts'

/**
 * Switches off one guard while a source is loaded; no file is changed. Leaves a mark in the file SABOTAGE_MARK, so that
 * a guard that was never loaded does not count as one whose loss went unnoticed.
 *
 * @throws where the guard's text is not in its file exactly once: the guard has moved, and its sabotage must follow
 */
export function sabotage(name: string): Plugin {
  const found = sabotages.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`No sabotage is called ${name}`)
  return {
    name: 'sabotage',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0]?.endsWith(found.file)) return undefined
      if (code.split(found.guard).length !== 2)
        throw new Error(`${found.file} does not hold the guard of "${name}" exactly once`)
      if (process.env.SABOTAGE_MARK) writeFileSync(process.env.SABOTAGE_MARK, name)
      return code.replace(found.guard, () => found.instead)
    },
  }
}
