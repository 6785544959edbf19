import { OrthancOAuthError } from '@orthanc-oauth/core'

/** `/realms/` and a name, with or without something before it. */
const REALM_PATH = /^(.*)(\/realms\/[^/]+)\/*$/

/** Before Keycloak 17, and where `http-relative-path` says so, everything lies below this. */
const RELATIVE_PATH = '/auth'

/** As Keycloak writes issuer identifiers: without a slash at the end. */
export interface RealmUrls {
  readonly given: string
  /** With `/auth`, where it is given without, and the other way round. */
  readonly other: string
}

/** @throws OrthancOAuthError CFG-001, CFG-002 */
export function realmUrls(realmUrl: unknown): RealmUrls {
  if (realmUrl === undefined || realmUrl === '') throw wrong('CFG-001', 'is missing')
  const url = typeof realmUrl === 'string' ? URL.parse(realmUrl) : null
  const [, base, realm] = REALM_PATH.exec(url?.pathname ?? '') ?? []
  if (url === null || base === undefined || realm === undefined || url.search !== '' || url.hash !== '')
    throw wrong('CFG-002', 'is not the URL of a realm')
  const other = base.endsWith(RELATIVE_PATH) ? base.slice(0, -RELATIVE_PATH.length) : `${base}${RELATIVE_PATH}`
  const at = (path: string) => Object.assign(new URL(url), { pathname: path }).href
  return { given: at(`${base}${realm}`), other: at(`${other}${realm}`) }
}

function wrong(code: 'CFG-001' | 'CFG-002', what: string): OrthancOAuthError {
  return new OrthancOAuthError(code, `realmUrl ${what}`, {
    details: { option: 'realmUrl' },
    troubleshooting: ['Give the realm as https://keycloak.example/realms/NAME: the `issuer` in its metadata.'],
  })
}
