import type { EventEmitter } from 'node:events'
import type { ServerOptions } from '@orthanc-oauth/orthanc'
import type { GenericProviderOptions } from '@orthanc-oauth/provider-generic'
import { egressOf } from './egress-of.ts'
import type { ProviderEvents } from './provider-events.ts'

/** What a server's configuration says of its client at the issuer, but where that is. */
export function issuerOptions(
  server: ServerOptions,
  events: EventEmitter<ProviderEvents>,
): Omit<GenericProviderOptions, 'issuer' | 'tokenEndpoint'> {
  const { caFile, verifyTls, proxy } = egressOf(server)
  const { federatedTokenFile } = server
  return {
    clientId: server.clientId ?? '',
    clientAuthentication: server.clientAuthentication,
    clientSecret: server.clientSecret,
    privateKey: server.privateKey,
    privateKeyId: server.privateKeyId,
    privateKeyAlgorithm: server.privateKeyAlgorithm,
    certificateFile: server.clientCertificateFile,
    clientAssertion: federatedTokenFile === undefined ? undefined : { file: federatedTokenFile },
    clientCertificate: server.clientCertificate,
    dpop: server.dpop,
    scope: server.scope,
    audience: server.audience,
    resource: server.resource,
    extraParameters: server.extraParameters?.(),
    caFile,
    verifyTls,
    httpProxy: proxy,
    allowInsecureHttp: server.allowInsecureHttp,
    onWarning: (message) => events.emit('warning', { server: server.name, message }),
  }
}
