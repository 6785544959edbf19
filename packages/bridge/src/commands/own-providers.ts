import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import type { ProviderRegistry } from '@orthanc-oauth/orthanc'

/** As ProviderType writes it, in any letter case. */
const NAME = /^[a-z][a-z0-9-]*$/

/**
 * The providers that the command line brings: `name=file`, the file relative to the working directory. None comes from a
 * configuration, because a configuration loads no code.
 *
 * @throws OrthancOAuthError CFG-002 for what is no name and file, CFG-102 for a file that cannot be read
 */
export async function ownProviders(given: readonly string[]): Promise<ProviderRegistry> {
  const registry: Record<string, ProviderRegistry[string]> = {}
  for (const text of given) {
    const [name = '', ...rest] = text.split('=')
    const path = rest.join('=')
    if (!NAME.test(name.toLowerCase()) || path === '')
      throw new OrthancOAuthError('CFG-002', `--provider ${text}: found no name=file`, {
        details: { option: '--provider' },
        troubleshooting: ['Write --provider acme=./acme.mjs, and "ProviderType": "acme" in the configuration.'],
      })
    const file = resolve(path)
    await access(file, constants.R_OK).catch((cause: unknown) => {
      throw new OrthancOAuthError('CFG-102', `--provider ${name}: the file ${file} cannot be read`, {
        cause,
        details: { option: '--provider', file },
      })
    })
    registry[name.toLowerCase()] = () => import(pathToFileURL(file).href)
  }
  return registry
}
