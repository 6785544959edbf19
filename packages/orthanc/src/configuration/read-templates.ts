import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { Secret, TlsIdentity } from '@orthanc-oauth/core'
import type { Definition } from '../registration/definition.ts'
import { definitionFromJson } from '../registration/definition-json.ts'
import type { OrthancItself } from './orthanc-itself.ts'
import { present } from './present.ts'
import type { Problems } from './problems.ts'
import type { Template } from './template.ts'

const AUTHORIZATION = 'authorization'
/** The one Authorization that is a person's configuration rather than a token that somebody's script put there (RFC 7617). */
const BASIC = /^basic /i

/** The definitions in `DicomWeb.Servers` that have the name of a server of ours. */
export function readTemplates(
  names: readonly string[],
  { servers }: OrthancItself,
  problems: Problems,
): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>()
  for (const name of names) {
    const path = ['DicomWeb', 'Servers', name]
    if (!servers.has(name)) continue
    const definition = definitionFromJson(servers.get(name))
    if (definition === undefined)
      problems.report('CFG-002', path, {
        found: 'no definition',
        expected: 'an object with Url, or ["url", "user", "password"]',
      })
    else templates.set(name, template(name, definition, path, problems))
  }
  return templates
}

function template(name: string, written: Definition, path: readonly string[], problems: Problems): Template {
  const { HttpHeaders = {}, ...rest } = written
  const kept = Object.entries(HttpHeaders).filter(
    ([header, value]) => header.toLowerCase() !== AUTHORIZATION || BASIC.test(value.reveal()),
  )
  const definition = kept.length === 0 ? rest : { ...rest, HttpHeaders: Object.fromEntries(kept) }
  const tls = tlsIdentity(written)
  if (written.Pkcs11 === true)
    problems.warn([...path, 'Pkcs11'], 'has no effect: a client certificate on a smart card cannot be used', name)
  return present({
    name,
    definition,
    headers: Object.freeze(headers(HttpHeaders, name, path, problems)),
    tls,
    location: problems.locate(path),
  })
}

function headers(
  written: Readonly<Record<string, Secret>>,
  server: string,
  path: readonly string[],
  problems: Problems,
): Record<string, Secret> {
  const usable: Record<string, Secret> = {}
  for (const [header, value] of Object.entries(written)) {
    if (header.toLowerCase() === AUTHORIZATION) continue
    if (isHeader(header, value)) usable[header.toLowerCase()] = value
    else problems.warn([...path, 'HttpHeaders', header], 'has no effect: it is no HTTP header', server)
  }
  return usable
}

function isHeader(name: string, value: Secret): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value.reveal())
    return true
  } catch {
    return false
  }
}

function tlsIdentity({
  CertificateFile,
  CertificateKeyFile,
  CertificateKeyPassword,
}: Definition): TlsIdentity | undefined {
  if (CertificateFile === undefined) return undefined
  // A PEM may hold both, and Orthanc allows it.
  return present({
    certificateFile: CertificateFile,
    keyFile: CertificateKeyFile ?? CertificateFile,
    keyPassword: CertificateKeyPassword,
  })
}
