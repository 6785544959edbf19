import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { OrthancOAuthError } from '@orthanc-oauth/core'
import type { Egress } from './egress.ts'

/** As node:tls takes it. */
export interface TlsTrust {
  readonly ca?: string
  readonly rejectUnauthorized: boolean
}

/**
 * Reads the CA bundle, at each acquisition: a renewed one counts without a restart.
 *
 * @throws OrthancOAuthError CFG-102 where it cannot be read, CFG-002 where it holds no certificate: node:tls would
 * silently trust nobody
 */
export async function readTrust({ caFile, verifyTls = true }: Egress): Promise<TlsTrust> {
  if (caFile === undefined) return { rejectUnauthorized: verifyTls }
  const details = { option: 'caFile', file: caFile }
  const ca = await readFile(caFile, 'utf8').catch((cause: unknown) => {
    throw new OrthancOAuthError('CFG-102', `The CA bundle ${caFile} cannot be read`, { cause, details })
  })
  try {
    new X509Certificate(ca)
  } catch (cause) {
    throw new OrthancOAuthError('CFG-002', `The CA bundle ${caFile} holds no PEM certificate`, { cause, details })
  }
  return { ca, rejectUnauthorized: verifyTls }
}
