import { OrthancOAuthError } from '@orthanc-oauth/core'
import type { GenericProviderOptions } from './generic-provider-options.ts'
import { optionalString, stringRecord, strings } from './option-types.ts'

/** The grant and the client's credentials are not for sale: what sets them is this library alone. */
const RESERVED = /^(grant_type|client_.*)$/

/**
 * What a token request asks for: scope, audience, resource (repeated, RFC 8707 section 2), then the extra parameters.
 *
 * @throws OrthancOAuthError CFG-002 for a wrong type and an extra parameter that is reserved, CFG-105 for one that an
 * option sends already
 */
export function requestParameters({
  scope,
  audience,
  resource = [],
  extraParameters = {},
}: GenericProviderOptions): readonly (readonly [string, string])[] {
  const asked: readonly (readonly [string, string])[] = [
    ['scope', optionalString('scope', scope) ?? ''],
    ['audience', optionalString('audience', audience) ?? ''],
    ...strings('resource', resource).map((one) => ['resource', one] as const),
  ]
  const parameters = asked.filter(([, value]) => value !== '')
  for (const [name, value] of stringRecord('extraParameters', extraParameters)) {
    const option = `extraParameters.${name}`
    if (RESERVED.test(name))
      throw new OrthancOAuthError('CFG-002', `${option} would replace what authenticates the client`, {
        details: { option },
        troubleshooting: ['Remove it; the options clientId, clientAuthentication and clientSecret decide this.'],
      })
    if (parameters.some(([taken]) => taken === name))
      throw new OrthancOAuthError('CFG-105', `${option} and the option ${name} say the same`, { details: { option } })
    parameters.push([name, value])
  }
  return Object.freeze(parameters.map((entry) => Object.freeze(entry)))
}
