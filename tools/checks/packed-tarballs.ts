import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { command } from '../lib/command.ts'
import { root } from '../lib/root.ts'

/** Packs every published package as the registry would get it, and has publint and attw look at the tarball. */
export async function packedTarballs(): Promise<string | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orthanc-oauth-pack-'))
  try {
    const complaints = await Promise.all((await publishedPackages()).map((name) => checkPackage(name, folder)))
    return complaints.filter((complaint) => complaint !== '').join('\n') || undefined
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function checkPackage(name: string, folder: string): Promise<string> {
  const target = path.join(folder, name)
  const { packageManager } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
  const packed = await command([
    'npx',
    '--yes',
    packageManager,
    '--dir',
    path.join('packages', name),
    'pack',
    '--pack-destination',
    target,
  ])
  if (packed.status !== 0) return packed.output
  const [tarball = ''] = await readdir(target)
  const file = path.join(target, tarball)
  const looks = await Promise.all([
    command(['publint', 'run', file, '--strict']),
    command(['attw', file, '--profile', 'esm-only', '--format', 'ascii']),
  ])
  return looks.map(({ status, output }) => (status === 0 ? '' : `${name}: ${output}`)).join('')
}

async function publishedPackages(): Promise<string[]> {
  const names = await readdir(path.join(root, 'packages'))
  const manifests = await Promise.all(
    names.map(async (name) => ({
      name,
      ...JSON.parse(await readFile(path.join(root, 'packages', name, 'package.json'), 'utf8')),
    })),
  )
  return names.filter((_, index) => manifests[index]?.private !== true)
}
