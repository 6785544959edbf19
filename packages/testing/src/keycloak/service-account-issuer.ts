import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { LoopbackServer } from '../http/loopback-server.ts'

/** What a Kubernetes API server is to Keycloak: metadata, keys, and the tokens that it projects into pods. */
export interface ServiceAccountIssuer extends AsyncDisposable {
  readonly issuer: string
  /** Of the service account that the realm file names. @param lifetime milliseconds, default 10 minutes as Kubernetes' least */
  token(audience: string, lifetime?: number): Promise<string>
}

const SUBJECT = 'system:serviceaccount:pacs:orthanc'
const DEFAULT_LIFETIME = 600_000
const KEY_ID = 'service-accounts'
const ALGORITHM = 'RS256'

export async function startServiceAccountIssuer(): Promise<ServiceAccountIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM)
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: ALGORITHM, use: 'sig' }] }
  const server = new LoopbackServer((request, response) => {
    const issuer = server.origin
    const page = request.url?.endsWith('/openid-configuration')
      ? { issuer, jwks_uri: `${issuer}/openid/v1/jwks` }
      : jwks
    response.setHeader('content-type', 'application/json').end(JSON.stringify(page))
  })
  await server.start()
  return {
    issuer: server.origin,
    token(audience, lifetime = DEFAULT_LIFETIME) {
      const now = Date.now()
      return new SignJWT({ 'kubernetes.io': { namespace: 'pacs', serviceaccount: { name: 'orthanc' } } })
        .setProtectedHeader({ alg: ALGORITHM, kid: KEY_ID })
        .setIssuer(server.origin)
        .setSubject(SUBJECT)
        .setAudience(audience)
        .setIssuedAt(new Date(now))
        .setNotBefore(new Date(now))
        .setExpirationTime(new Date(now + lifetime))
        .setJti(randomUUID())
        .sign(privateKey)
    },
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
