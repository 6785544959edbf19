import type { ServerValues } from './schema/server-schema.ts'
import type { Settings } from './settings.ts'
import { checkUrl, leavesInClear, withoutSlash } from './urls.ts'

export const OF_THE_CLIENT = 'ClientId and ClientSecret for what the issuer wants to see'
const OF_THE_SERVER = 'HttpHeaders of the definition in DicomWeb.Servers for what the server wants besides the token'

export interface ServerUrls {
  /** Without a slash at its end. */
  readonly url: string | undefined
  /** All as they were written: issuers, and the audiences of assertions, are compared character by character (RFC 8414, section 3.3; RFC 7523, section 3). */
  readonly tokenEndpoint: string | undefined
  readonly issuer: string | undefined
  /** Of Keycloak. */
  readonly realmUrl: string | undefined
}

/** The URLs of a server. One that is wrong was reported and is left out. */
export function serverUrls(settings: Settings<ServerValues>): ServerUrls {
  const key = settings.nameOf('Url', 'DicomWebRoot')
  if (!settings.values[key]) settings.missing([key], 'the URL of the DICOMweb server')
  const url = checkedServerUrl(settings, key, false, OF_THE_SERVER)
  const tokenEndpoint = checkedServerUrl(settings, 'TokenEndpoint', true, OF_THE_CLIENT)
  const issuer = checkedServerUrl(settings, 'Issuer', false, OF_THE_CLIENT)
  const realmUrl = checkedServerUrl(settings, 'RealmUrl', false, OF_THE_CLIENT)
  return {
    url: url && withoutSlash(url),
    tokenEndpoint: tokenEndpoint && settings.values.TokenEndpoint,
    issuer: issuer && settings.values.Issuer,
    realmUrl: realmUrl && settings.values.RealmUrl,
  }
}

/** One of them; undefined where there is none, or where it is wrong, which was reported. */
export function checkedServerUrl(
  settings: Settings<ServerValues>,
  key: 'Url' | 'DicomWebRoot' | 'TokenEndpoint' | 'Issuer' | 'RealmUrl' | 'JWTJwksUri',
  query: boolean,
  credentials: string,
): URL | undefined {
  const { [key]: text, AllowInsecureHttp: allowInsecureHttp } = settings.values
  if (!text) return undefined
  const result = checkUrl(text, { allowInsecureHttp, query, credentials })
  if ('code' in result) {
    settings.report(result.code, key, result.finding)
    return undefined
  }
  if (leavesInClear(result.url))
    settings.warn(key, 'http to another machine: tokens, secrets and patient data can be read on their way')
  return result.url
}
