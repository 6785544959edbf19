import { bearerAuthorizer } from '@orthanc-oauth/core'
import type { CreateAuthorizer } from '@orthanc-oauth/orthanc'
import { genericProvider } from '@orthanc-oauth/provider-generic'

/** Any OAuth 2.0 or OpenID Connect server, by the keys of a server's configuration. */
export function genericAuthorizers(onWarning: (server: string, message: string) => void): CreateAuthorizer {
  return async (server, { managers, clock }) => {
    const { verifySsl, retry, breaker, refreshBuffer } = server
    const provider = genericProvider({
      issuer: server.issuer,
      tokenEndpoint: server.tokenEndpoint,
      clientId: server.clientId ?? '',
      clientAuthentication: server.clientAuthentication,
      clientSecret: server.clientSecret,
      privateKey: server.privateKey,
      privateKeyId: server.privateKeyId,
      privateKeyAlgorithm: server.privateKeyAlgorithm,
      certificateFile: server.clientCertificateFile,
      scope: server.scope,
      audience: server.audience,
      resource: server.resource,
      extraParameters: server.extraParameters?.(),
      caFile: typeof verifySsl === 'string' ? verifySsl : undefined,
      verifyTls: verifySsl !== false,
      allowInsecureHttp: server.allowInsecureHttp,
      onWarning: (message) => onWarning(server.name, message),
    })
    const manager = managers.for(provider, { retry, breaker, refreshBuffer, clock })
    const { origin } = new URL(server.url)
    return bearerAuthorizer(manager, { origin, allowInsecureHttp: server.allowInsecureHttp })
  }
}
