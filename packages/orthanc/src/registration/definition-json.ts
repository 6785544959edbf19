import { Secret } from '@orthanc-oauth/core'
import type { Definition, ListedDefinition, UserProperty } from './definition.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * A definition out of a configuration file: an object, or the array `["url", "user", "password"]`.
 *
 * @returns undefined for what is no definition
 */
export function definitionFromJson(json: unknown): Definition | undefined {
  if (Array.isArray(json)) {
    const [Url, Username, Password] = json as unknown[]
    return definitionFromJson({ Url, Username, Password })
  }
  if (typeof json !== 'object' || json === null) return undefined
  const {
    Url,
    Username,
    Password,
    HttpHeaders,
    CertificateFile,
    CertificateKeyFile,
    CertificateKeyPassword,
    Pkcs11,
    Timeout,
    ...properties
  } = json as Json
  if (typeof Url !== 'string') return undefined
  return {
    Url,
    ...text('Username', Username),
    ...secret('Password', Password),
    ...headers(HttpHeaders),
    ...text('CertificateFile', CertificateFile),
    ...text('CertificateKeyFile', CertificateKeyFile),
    ...secret('CertificateKeyPassword', CertificateKeyPassword),
    ...(Pkcs11 === true && { Pkcs11 }),
    ...(typeof Timeout === 'number' && Timeout > 0 && { Timeout }),
    properties: Object.fromEntries(Object.entries(properties).filter(isProperty)),
  }
}

/** What `GET /dicom-web/servers?expand` says of a server; undefined for what is no definition. */
export function listedFromJson(json: unknown): ListedDefinition | undefined {
  const definition = definitionFromJson(json)
  if (definition === undefined) return undefined
  const { Url, Username, Timeout, properties } = definition
  const { HttpHeaders } = json as Json
  const headerNames = Array.isArray(HttpHeaders) ? HttpHeaders.filter((name) => typeof name === 'string') : []
  return { Url, properties, headerNames, ...text('Username', Username), ...(Timeout !== undefined && { Timeout }) }
}

/** The body of a PUT: the only place where the secrets of a definition are shown. */
export function definitionToJson({
  properties,
  Password,
  HttpHeaders,
  CertificateKeyPassword,
  ...rest
}: Definition): string {
  return JSON.stringify({
    ...properties,
    ...rest,
    Password: Password?.reveal(),
    CertificateKeyPassword: CertificateKeyPassword?.reveal(),
    HttpHeaders:
      HttpHeaders && Object.fromEntries(Object.entries(HttpHeaders).map(([name, value]) => [name, value.reveal()])),
  })
}

function text<K extends string>(key: K, value: unknown): { [P in K]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [key]: value } as { [P in K]: string }) : {}
}

function secret<K extends string>(key: K, value: unknown): { [P in K]?: Secret } {
  return typeof value === 'string' && value !== '' ? ({ [key]: new Secret(value) } as { [P in K]: Secret }) : {}
}

function headers(value: unknown): Pick<Definition, 'HttpHeaders'> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  return { HttpHeaders: Object.fromEntries(entries.map(([name, header]) => [name, new Secret(header)])) }
}

function isProperty(entry: [string, unknown]): entry is [string, UserProperty] {
  return ['string', 'boolean', 'number'].includes(typeof entry[1])
}
