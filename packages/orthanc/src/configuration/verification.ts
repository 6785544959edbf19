import { present } from './present.ts'
import type { ServerValues } from './schema/server-schema.ts'
import type { Verification } from './server-options.ts'
import { checkedServerUrl, OF_THE_CLIENT } from './server-urls.ts'
import type { Settings } from './settings.ts'

/** What is looked at in the tokens that are received; undefined where no key asks for anything. */
export function verification(settings: Settings<ServerValues>): Verification | undefined {
  const { JWTPublicKey, JWTJwksUri, JWTAudience, JWTIssuer, JWTAlgorithms } = settings.values
  const algorithms = [JWTAlgorithms ?? []].flat().filter((name) => name !== '')
  if (!JWTPublicKey && !JWTJwksUri && !JWTAudience && !JWTIssuer && algorithms.length === 0) return undefined
  if (JWTPublicKey && JWTJwksUri)
    settings.report('CFG-105', 'JWTJwksUri', {
      found: 'both JWTPublicKey and JWTJwksUri',
      expected: 'one of the two: tokens are verified by a key, or by a set of keys',
    })
  if (!JWTPublicKey && !JWTJwksUri)
    settings.missing(['JWTPublicKey', 'JWTJwksUri'], "the issuer's key as a PEM, or JWTJwksUri, where its keys are")
  const jwksUri = checkedServerUrl(settings, 'JWTJwksUri', true, OF_THE_CLIENT)
  return present({
    publicKey: JWTPublicKey || undefined,
    jwksUri: jwksUri?.href,
    issuer: JWTIssuer || undefined,
    audience: JWTAudience || undefined,
    algorithms: algorithms.length > 0 ? algorithms : undefined,
  })
}
