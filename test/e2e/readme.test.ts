import { existsSync, globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['README.md', 'docs/*.md', 'packages/*/README.md', 'examples/*/README.md', 'test/*/README.md']
/** Links that lead out of the repository, or within the page. */
const ELSEWHERE = /^(https?:|mailto:|#)/

const pages = await Promise.all(
  globSync(PAGES, { cwd: ROOT }).map(async (name) => ({ name, text: await readFile(join(ROOT, name), 'utf8') })),
)
const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }

describe.each(pages)('$name', ({ name, text }) => {
  test('every link leads to a file', () => {
    const missing = groups(text, /\]\(([^)\s]+)\)/g)
      .filter((target) => !ELSEWHERE.test(target))
      .filter((target) => !existsSync(join(ROOT, dirname(name), target.replace(/#.*/, ''))))
    expect(missing).toEqual([])
  })

  test('every command of npm run is there', () => {
    expect(groups(text, /npm run ([\w:-]+)/g).filter((script) => !(script in scripts))).toEqual([])
  })
})

/** What the first group of each match holds. */
function groups(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, group = '']) => group)
}
