import { copyFile, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'
import { REALM } from './realm.ts'

/** What Keycloak writes where it is not built for its options, and the file by whose place it finds that. */
const COPIED = new Set(['quarkus', 'quarkus-run.jar'])

export interface HomeContents {
  /** Of the distribution; nothing in it is changed. */
  readonly distribution: string
  readonly realm: object
  readonly server: KeyAndCertificate
  /** PEM. */
  readonly clientCa: string
}

/** What a launch of its own reads and writes: the programs by links, configuration and data as files. */
export async function prepareHome(
  home: string,
  { distribution, realm, server, clientCa }: HomeContents,
): Promise<void> {
  for (const folder of ['bin', 'conf', 'data/import', 'lib', 'providers', 'themes', 'tmp'])
    await mkdir(join(home, folder), { recursive: true })
  await copyFile(join(distribution, 'bin', 'kc.sh'), join(home, 'bin', 'kc.sh'))
  for (const name of await readdir(join(distribution, 'lib'))) {
    const [from, to] = [join(distribution, 'lib', name), join(home, 'lib', name)]
    if (COPIED.has(name)) await cp(from, to, { recursive: true, preserveTimestamps: true })
    else await symlink(from, to)
  }
  await writeFile(join(home, 'conf', 'keycloak.conf'), '')
  await writeFile(join(home, 'data', 'import', `${REALM}-realm.json`), JSON.stringify(realm))
  await writeFile(join(home, 'conf', 'server.pem'), server.certificate)
  await writeFile(join(home, 'conf', 'server-key.pem'), server.key)
  await writeFile(join(home, 'conf', 'client-ca.pem'), clientCa)
}
