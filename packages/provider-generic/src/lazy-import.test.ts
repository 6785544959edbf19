import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const source = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

/** A program that makes a provider, does `more`, and prints which of the two libraries Node has loaded by then. */
const program = (more: string) => `
  import { registerHooks } from 'node:module'
  const loaded = new Set()
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === '@orthanc-oauth/core' ? ${source('../../core/src/index.ts')} : specifier, context),
    load(url, context, next) {
      const [, name] = /node_modules[/](undici|oauth4webapi)[/]/.exec(url) ?? []
      if (name !== undefined) loaded.add(name)
      return next(url, context)
    },
  })
  const { genericProvider } = await import(${source('./index.ts')})
  const provider = genericProvider({ tokenEndpoint: 'http://127.0.0.1:2/', clientId: 'a', clientAuthentication: 'none' })
  ${more}
  console.log(JSON.stringify([...loaded].sort()))
`

async function loadedBy(more: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program(more)])
  return JSON.parse(stdout)
}

test('undici and oauth4webapi are loaded by the first acquisition, not by making a provider', async () => {
  expect(await loadedBy('')).toEqual([])
  const acquire = `
    const { systemClock } = await import('@orthanc-oauth/core')
    await provider.acquire({ signal: AbortSignal.timeout(5_000), clock: systemClock }).catch(() => {})`
  expect(await loadedBy(acquire)).toEqual(['oauth4webapi', 'undici'])
})
