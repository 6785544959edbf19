import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DicomWebOrigin, Issuer, TemporaryFolder } from '@orthanc-oauth/testing'

/** What the hospital calls the protected server. */
export const SERVER = 'pacs'

/** `DicomWebOAuth`, as a user writes it; only the ports are any that are free. */
export async function sectionOf(folder: TemporaryFolder, issuer: Issuer, origin: DicomWebOrigin): Promise<object> {
  const { clientId, clientSecret, scope } = issuer.clients.client_secret_post
  return {
    Listen: '127.0.0.1:0',
    ControlListen: '127.0.0.1:0',
    Servers: {
      [SERVER]: {
        Url: origin.dicomWebUrl,
        TokenEndpoint: issuer.tokenEndpoint,
        ClientId: clientId,
        ClientSecretFile: await secretFile(folder, 'client-secret', clientSecret),
        Scope: scope,
      },
    },
  }
}

/** @returns the path of a file that nobody else can read */
export async function secretFile({ path }: TemporaryFolder, name: string, secret: string): Promise<string> {
  const file = join(path, name)
  await writeFile(file, secret, { mode: 0o600 })
  return file
}
