import { OrthancOAuthError, type TlsIdentity } from '@orthanc-oauth/core'
import type { ClientCertificate } from './generic-provider-options.ts'
import { optionalSecret, optionalString } from './option-types.ts'

const OPTION = 'clientCertificate'

/**
 * A copy of it. Its files are read at each use.
 *
 * @throws OrthancOAuthError CFG-001 where half of it is missing, CFG-002 for another type, or where it would have to be
 * shown over plain http, which shows none
 */
export function clientCertificateOf(
  given: ClientCertificate | undefined,
  addresses: Readonly<Record<'issuer' | 'tokenEndpoint', string | undefined>>,
): TlsIdentity | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'object' || given === null)
    throw new OrthancOAuthError('CFG-002', `${OPTION} is no object`, { details: { option: OPTION } })
  for (const [option, address] of Object.entries(addresses))
    if (address?.startsWith('http:'))
      throw new OrthancOAuthError('CFG-002', `${option} is plain http, to which no certificate can be shown`, {
        details: { option },
        troubleshooting: [`Use https, or leave ${OPTION} out.`],
      })
  const keyPassword = optionalSecret(`${OPTION}.keyPassword`, given.keyPassword)
  return Object.freeze({
    certificateFile: file('certificateFile', given.certificateFile),
    keyFile: file('keyFile', given.keyFile),
    ...(keyPassword !== undefined && { keyPassword }),
  })
}

function file(name: 'certificateFile' | 'keyFile', value: unknown): string {
  const option = `${OPTION}.${name}`
  const path = optionalString(option, value)
  if (path) return path
  throw new OrthancOAuthError('CFG-001', `${option} is missing`, {
    details: { option },
    troubleshooting: ['Give the certificate and its private key, each as the path of a PEM file.'],
  })
}
