import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Before a script of a test: our own packages by their sources, everything else as it comes, and a note of what that is. */
const PROLOGUE = `
  import { registerHooks } from 'node:module'
  const loaded = new Set()
  registerHooks({
    resolve(specifier, context, next) {
      const [, name, entry = 'index'] = /^@orthanc-oauth[/]([^/]+)(?:[/]([^/]+))?$/.exec(specifier) ?? []
      return next(name === undefined ? specifier : new URL(name + '/src/' + entry + '.ts', PACKAGES).href, context)
    },
    load(url, context, next) {
      const [, name] = /.*[/]node_modules[/]((?:@[^/]+[/])?[^/]+)[/]/.exec(url) ?? []
      if (name !== undefined) loaded.add(name)
      return next(url, context)
    },
  })
`

/**
 * Runs a module in a process of its own.
 *
 * @param script may import our packages by their names
 * @returns the names of the libraries that Node has loaded by its end, in order
 */
export async function loadedLibraries(script: string): Promise<string[]> {
  const packages = JSON.stringify(new URL('../../../', import.meta.url).href)
  const program = `const PACKAGES = ${packages}\n${PROLOGUE}\n${script}\nconsole.log(JSON.stringify([...loaded].sort()))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  return JSON.parse(stdout) as string[]
}
