import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Clock, OrthancOAuthError, readSecret, type TlsIdentity } from '@orthanc-oauth/core'

/** As node:tls takes it. */
export interface TlsClientCertificate {
  /** PEM, the chain included. */
  readonly cert: string
  /** PEM, as it lies in its file: encrypted where that is. */
  readonly key: string
  readonly passphrase?: string
}

/**
 * Reads a client certificate and its key, anew: what was rotated counts at the next connection.
 *
 * @throws OrthancOAuthError CFG-102 for a file that cannot be read; CFG-002 where it holds no certificate or key, the
 * password does not open it, or the two do not belong together
 */
export async function readTlsIdentity({
  certificateFile,
  keyFile,
  keyPassword,
}: TlsIdentity): Promise<TlsClientCertificate> {
  const [cert, key] = await Promise.all([read(certificateFile, CERTIFICATE), read(keyFile, KEY)])
  const certificate = certificateIn(cert, certificateFile)
  const password = keyPassword && (await readSecret(keyPassword, PASSWORD)).reveal()
  const privateKey = keyIn(key, keyFile, password)
  if (!certificate.checkPrivateKey(privateKey))
    throw wrong(KEY, `The private key in ${keyFile} is not that of the certificate in ${certificateFile}`, {
      file: keyFile,
      fix: 'Give the key that the certificate was made for; the first certificate in its file must be the own one.',
    })
  return { cert, key, ...(password !== undefined && { passphrase: password }) }
}

/**
 * Whether a certificate can be shown now.
 *
 * @throws OrthancOAuthError CFG-002 for one that has expired or is not yet valid
 */
export function checkValidity(cert: string, { certificateFile }: TlsIdentity, clock: Clock): void {
  const { validFromDate, validToDate } = certificateIn(cert, certificateFile)
  const now = clock.now()
  const file = certificateFile
  if (now > validToDate.getTime())
    throw wrong(CERTIFICATE, `The client certificate in ${file} expired at ${validToDate.toISOString()}`, {
      file,
      fix: 'Renew it and put it in the place of the old one: it is read again without a restart.',
    })
  if (now < validFromDate.getTime())
    throw wrong(CERTIFICATE, `The client certificate in ${file} is valid from ${validFromDate.toISOString()} on`, {
      file,
      fix: "Check this machine's clock, or wait.",
    })
}

const CERTIFICATE = 'clientCertificate.certificateFile'
const KEY = 'clientCertificate.keyFile'
const PASSWORD = 'clientCertificate.keyPassword'

function read(file: string, option: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OrthancOAuthError('CFG-102', `${option}: the file ${file} cannot be read`, {
      cause,
      details: { option, file },
    })
  })
}

function certificateIn(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw wrong(CERTIFICATE, `${file} holds no PEM certificate`, {
      cause,
      file,
      fix: 'Give a file that begins with -----BEGIN CERTIFICATE-----.',
    })
  }
}

function keyIn(pem: string, file: string, passphrase: string | undefined): KeyObject {
  const encrypted = pem.includes('ENCRYPTED')
  if (encrypted && passphrase === undefined)
    throw wrong(PASSWORD, `The private key in ${file} is encrypted, and no password is given`, {
      file,
      fix: 'Give its password.',
    })
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) })
  } catch (cause) {
    if (encrypted)
      throw wrong(PASSWORD, `The password does not open the private key in ${file}`, {
        cause,
        file,
        fix: 'Give the password that the key was encrypted with.',
      })
    throw wrong(KEY, `${file} holds no PEM private key`, {
      cause,
      file,
      fix: 'Give a file that begins with -----BEGIN PRIVATE KEY-----, or RSA or EC in the place of nothing.',
    })
  }
}

function wrong(
  option: string,
  message: string,
  { file, fix, cause }: { readonly file: string; readonly fix: string; readonly cause?: unknown },
): OrthancOAuthError {
  return new OrthancOAuthError('CFG-002', message, { cause, details: { option, file }, troubleshooting: [fix] })
}
