import type { Check } from '../lib/check.ts'
import { command } from '../lib/command.ts'
import { rootUrl } from '../lib/root.ts'
import { errorPage, errorPageIsCurrent } from './error-page.ts'
import { brokenLayers } from './layers.ts'
import { packedTarballs } from './packed-tarballs.ts'

/** What can be said of the repository without running it. */
export const staticChecks: readonly Check[] = [
  program('formatting, lint, cycles and `export *`', ['biome', 'check', '--error-on-warnings', '.']),
  program('types of tests, tools and examples', ['tsc', '-p', 'tsconfig.tests.json']),
  program('unreachable files, unused exports and dependencies', ['knip', '--no-progress']),
  { name: 'layers of the packages', run: async () => brokenLayers(rootUrl).join('\n') || undefined },
  { name: 'packed tarballs (publint, attw)', run: packedTarballs },
  {
    name: 'docs/errors.md lists every code',
    run: async () => (errorPageIsCurrent() ? undefined : `docs/errors.md should read:\n${errorPage()}`),
  },
]

function program(name: string, words: readonly string[]): Check {
  return {
    name,
    async run() {
      const { status, output } = await command(words)
      return status === 0 ? undefined : output
    },
  }
}
