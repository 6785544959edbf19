import { hash, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { OrthancOAuthError } from '@orthanc-oauth/core'

/** Header parameters of a JWS that name the certificate to its key (RFC 7515, sections 4.1.7 and 4.1.8). */
export interface CertificateThumbprints {
  readonly x5t: string
  readonly 'x5t#S256': string
}

/**
 * Of the first certificate in a PEM file. Both of them: newer issuers look for SHA-256, Entra ID's older ones for SHA-1.
 *
 * @throws OrthancOAuthError CFG-102, CFG-002 where it is no certificate or not that of the key
 */
export async function certificateThumbprints(file: string, key: KeyObject): Promise<CertificateThumbprints> {
  const details = { option: 'certificateFile', file }
  const pem = await readFile(file).catch((cause: unknown) => {
    throw new OrthancOAuthError('CFG-102', `The certificate file ${file} cannot be read`, { cause, details })
  })
  const certificate = parsed(pem, details)
  if (!certificate.checkPrivateKey(key))
    throw new OrthancOAuthError('CFG-002', `The certificate in ${file} is not that of the private key`, { details })
  return {
    x5t: hash('sha1', certificate.raw, 'base64url'),
    'x5t#S256': hash('sha256', certificate.raw, 'base64url'),
  }
}

function parsed(pem: Buffer, details: { readonly file: string; readonly option: string }): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new OrthancOAuthError('CFG-002', `${details.file} holds no PEM certificate`, { cause, details })
  }
}
