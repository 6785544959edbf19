import { readSecret } from '@orthanc-oauth/core'
import { readTls } from '@orthanc-oauth/egress'
import { privateKeyJwtKey } from './client-authentication/private-key-jwt.ts'
import type { Settings } from './options/settings.ts'

/** Reads what an acquisition would read of files, and asks nobody. @throws OrthancOAuthError CFG-002, CFG-102 */
export async function checkFiles({ credentials, egress }: Settings): Promise<void> {
  if ('secret' in credentials) await readSecret(credentials.secret, 'clientSecret')
  if (credentials.method === 'private_key_jwt') await privateKeyJwtKey(credentials)
  if (credentials.method === 'client_assertion') await readSecret({ file: credentials.file }, 'clientAssertion')
  await readTls(egress)
}
