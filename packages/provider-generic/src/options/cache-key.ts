import { Secret, secretSourceKey } from '@orthanc-oauth/core'
import { egressKey, endpointName, optionalKey } from '@orthanc-oauth/egress/options'
import type { Credentials } from './credentials.ts'
import type { Settings } from './settings.ts'

/** What the options of this package send in clear; the value of any other parameter may be a secret. */
const CLEAR_PARAMETERS = new Set(['scope', 'audience', 'resource'])

/**
 * Equal for equal tokens, different where anything that makes the token differs. JSON delimits: no value can pass for
 * two. Secrets enter as a keyed hash or as the path of their file.
 */
export function cacheKey(settings: Settings): string {
  const { issuer, tokenEndpoint, clientId, credentials, parameters, egress, dpop, allowInsecureHttp } = settings
  return JSON.stringify([
    'generic',
    issuer ?? null,
    tokenEndpoint === undefined ? null : endpointKey(new URL(tokenEndpoint)),
    clientId,
    credentialsKey(credentials),
    parameters.map(parameterKey).sort(),
    egressKey(egress),
    allowInsecureHttp,
    dpop,
  ])
}

/** A query may be a key of the endpoint's gateway. */
function endpointKey(url: URL): readonly string[] {
  return [endpointName(url), url.search === '' ? '' : secretSourceKey(new Secret(url.search))]
}

function credentialsKey(credentials: Credentials): readonly (string | null)[] {
  switch (credentials.method) {
    case 'private_key_jwt': {
      const { method, key, password, keyId = null, algorithm = null, certificateFile = null } = credentials
      return [method, secretSourceKey(key), optionalKey(password), keyId, algorithm, certificateFile]
    }
    case 'client_assertion':
      return [credentials.method, credentials.file]
    case 'tls_client_auth':
    case 'none':
      return [credentials.method]
    default:
      return [credentials.method, secretSourceKey(credentials.secret)]
  }
}

function parameterKey([name, value]: readonly [string, string]): string {
  if (name === 'scope') return JSON.stringify([name, ...value.split(' ').filter(Boolean).sort()])
  const clear = value === '' || CLEAR_PARAMETERS.has(name)
  return JSON.stringify([name, clear ? value : secretSourceKey(new Secret(value))])
}
