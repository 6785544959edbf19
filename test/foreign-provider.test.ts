import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { json, startFaultServer, startProcess, type TemporaryFolder, temporaryFolder } from '@orthanc-oauth/testing'
import { beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What a foreign provider installs, and what those need of ours. */
const PACKAGES = [
  'core',
  'egress',
  'jwt',
  'provider-generic',
  'provider-keycloak',
  'orthanc',
  'bridge',
  'testing-contracts',
]
/** Milliseconds, for packing, and for npm on a slow day. */
const INSTALLATION = 300_000

let folder: TemporaryFolder
let example: string

/** The example somewhere else, with our packages from tarballs, as from a registry. */
beforeAll(async () => {
  folder = await temporaryFolder()
  example = join(folder.path, 'acme')
  const tarballs = join(folder.path, 'tarballs')
  await mkdir(tarballs)
  await cp(join(root, 'examples/foreign-provider'), example, { recursive: true })
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  for (const name of PACKAGES)
    await run(root, 'npx', '--yes', packageManager, '--dir', `packages/${name}`, 'pack', '--pack-destination', tarballs)
  const files = await readdir(tarballs)
  expect(files).toHaveLength(PACKAGES.length)
  const installed = files.map((file) => join(tarballs, file))
  await run(example, 'npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', ...installed)
  return () => folder[Symbol.asyncDispose]()
}, INSTALLATION)

async function run(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  await using process = await startProcess(command, args, { cwd, env: { NODE_OPTIONS: undefined, VITEST: undefined } })
  const { code } = await process.exited
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${process.text.slice(-4_000)}`)
  return process.text
}

test('a provider that was installed from packed tarballs passes the published suite', async () => {
  const said = await run(example, 'npm', 'test')
  expect(stripVTControlCharacters(said)).toMatch(/Tests +\d{2} passed \(\d{2}\)/)
}, 60_000)

test('serve --provider puts it to work: its ticket is on the request', async () => {
  await using acme = await startFaultServer()
  acme.always(json({ ticket: 'ticket-of-acme', validSeconds: 600 }))
  await using pacs = await startFaultServer()
  await writeFile(join(example, 'key'), 'the-key', { mode: 0o600 })
  const server = {
    Url: pacs.url,
    ProviderType: 'acme',
    ProviderOptions: { url: `${acme.url}/ticket`, apiKeyFile: join(example, 'key') },
  }
  const section = {
    Listen: '127.0.0.1:0',
    ControlListen: '127.0.0.1:0',
    ClientUsername: 'viewer',
    ClientPassword: 'password',
    Orthanc: { Url: pacs.url },
    Servers: { acme: server },
  }
  await writeFile(join(example, 'orthanc.json'), JSON.stringify({ DicomWebOAuth: section }), { mode: 0o600 })
  await using bridge = await startProcess(
    join(example, 'node_modules/.bin/orthanc-oauth'),
    ['serve', '--config', 'orthanc.json', '--provider', 'acme=./acme.mjs'],
    { cwd: example },
  )
  const [, dataUrl = ''] = await bridge.output(/Data listener: (http:[^\s"]+)/)
  const answered = await fetch(`${dataUrl}/acme/studies`, {
    headers: { authorization: `Basic ${btoa('viewer:password')}` },
  })
  expect(answered.status).toBe(200)
  const query = pacs.requests.find(({ target }) => target === '/studies')
  expect(query?.values('authorization')).toEqual(['Bearer ticket-of-acme'])
  expect(acme.requests[0]?.values('x-acme-key')).toEqual(['the-key'])
})
