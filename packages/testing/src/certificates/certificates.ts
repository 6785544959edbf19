import { isIP } from 'node:net'
import type { KeyAndCertificate } from '@orthanc-oauth/testing-contracts'
import { generate } from 'selfsigned'

export interface Certificates {
  /** Signed the others but `selfSigned`; give its certificate as the CA bundle. */
  readonly ca: KeyAndCertificate
  /** For localhost, 127.0.0.1 and ::1. */
  readonly server: KeyAndCertificate
  /** As `server`, until yesterday. */
  readonly expired: KeyAndCertificate
  /** Valid, for another host. */
  readonly wrongHost: KeyAndCertificate
  /** As `server`, signed by itself. */
  readonly selfSigned: KeyAndCertificate
  /** For the client's side of mutual TLS (RFC 8705). */
  readonly client: KeyAndCertificate
}

const DAY = 24 * 60 * 60 * 1000

/** A clock a little off must not make a fresh certificate "not yet valid". */
const BACKDATED = DAY

const loopback = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
  { type: 7, ip: '::1' },
  { type: 7, ip: '0.0.0.0' }, // leads to this machine, and is not loopback: what goes there goes through a proxy
] as const

type Options = NonNullable<Parameters<typeof generate>[1]>

/** Signed by `ca`, for one host by name. */
export function certificateFor(host: string, ca: KeyAndCertificate): Promise<KeyAndCertificate> {
  const altName = isIP(host) === 0 ? ({ type: 2, value: host } as const) : ({ type: 7, ip: host } as const)
  return issue(host, { ca: { key: ca.key, cert: ca.certificate }, extensions: serverExtensions([altName]) })
}

/** For the client's side of mutual TLS, signed by `ca`; its subject is `CN=` and the name. */
export function clientCertificateFor(name: string, ca: KeyAndCertificate): Promise<KeyAndCertificate> {
  return issue(name, {
    ca: { key: ca.key, cert: ca.certificate },
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  })
}

/** A CA of its own and what it signed; nothing of it is ever trusted outside the test that made it. */
export async function certificates(): Promise<Certificates> {
  const ca = await issue('Test CA', {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const signed = { ca: { key: ca.key, cert: ca.certificate } }
  const serverFor = (altNames: Parameters<typeof serverExtensions>[0]) => ({ extensions: serverExtensions(altNames) })
  const [server, expired, wrongHost, selfSigned, client] = await Promise.all([
    issue('localhost', { ...signed, ...serverFor([...loopback]) }),
    issue('localhost', {
      ...signed,
      ...serverFor([...loopback]),
      notBeforeDate: new Date(Date.now() - 2 * DAY),
      notAfterDate: new Date(Date.now() - DAY),
    }),
    issue('other.example', { ...signed, ...serverFor([{ type: 2, value: 'other.example' }]) }),
    issue('localhost', serverFor([...loopback])),
    issue('client', { ...signed, extensions: [{ name: 'extKeyUsage', clientAuth: true }] }),
  ])
  return { ca, server, expired, wrongHost, selfSigned, client }
}

function serverExtensions(altNames: { type: 2 | 7; value?: string; ip?: string }[]): Options['extensions'] & object {
  return [
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
  ]
}

async function issue(commonName: string, options: Options): Promise<KeyAndCertificate> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256', // the library's default is sha1, which OpenSSL 3 refuses
    notBeforeDate: new Date(Date.now() - BACKDATED),
    notAfterDate: new Date(Date.now() + DAY),
    ...options,
  })
  return { key: made.private, certificate: made.cert }
}
