import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfiguration } from '@orthanc-oauth/orthanc'
import { temporaryFolder } from '@orthanc-oauth/testing'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const QUICK_STARTS = 'docs/quick-start-*.md'
/** JSON in these is a configuration where it has our section. */
const OTHERS = ['README.md', 'packages/*/README.md', 'examples/*/README.md']
/** Where the configurations have their secrets. */
const SECRETS = '/run/secrets/'
const SECRET_FILE = /\/run\/secrets\/([\w.-]+)/g

const quickStarts = await configurationsIn(QUICK_STARTS)
const others = (await configurationsIn(OTHERS)).filter(({ json }) => json.includes('DicomWebOAuth'))

test.each(['keycloak', 'auth0', 'okta'])('docs/quick-start-%s.md shows a configuration', (product) => {
  expect(quickStarts.map(({ file }) => file)).toContain(`docs/quick-start-${product}.md`)
})

describe('each configuration in a document is read without an error or a warning', () => {
  test.each([...quickStarts, ...others])('$file, block $block', async ({ json }) => {
    await using folder = await temporaryFolder()
    for (const [, name = ''] of json.matchAll(SECRET_FILE))
      await writeFile(join(folder.path, name), 'a secret', { mode: 0o600 })
    const path = join(folder.path, 'orthanc.json')
    await writeFile(path, json.replaceAll(SECRETS, `${folder.path}/`), { mode: 0o600 })
    const { servers, warnings } = await readConfiguration(path, { env: {} })
    expect(servers).not.toEqual([])
    expect(warnings).toEqual([])
  })
})

/** Every block of JSON, by its file and its number among those of the file, from 1. */
async function configurationsIn(pages: string | readonly string[]) {
  const files = globSync(pages, { cwd: ROOT }).toSorted()
  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')))
  return files.flatMap((file, index) =>
    [...(texts[index] ?? '').matchAll(/^```json\n(.*?)^```/gms)].map(([, json = ''], position) => ({
      file,
      block: position + 1,
      json,
    })),
  )
}
