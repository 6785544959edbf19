/** The keys that give an option of a provider, by the option's name; of several the one that is there counts. */
const KEYS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  tokenEndpoint: ['TokenEndpoint'],
  issuer: ['Issuer'],
  realmUrl: ['RealmUrl', 'TokenEndpoint', 'Issuer'],
  clientId: ['ClientId'],
  clientAuthentication: ['ClientAuthentication'],
  clientSecret: ['ClientSecret', 'ClientSecretFile'],
  privateKey: ['PrivateKey', 'PrivateKeyFile'],
  privateKeyId: ['PrivateKeyId'],
  privateKeyAlgorithm: ['PrivateKeyAlgorithm'],
  clientAssertion: ['FederatedTokenFile'],
  certificateFile: ['ClientCertificateFile'],
  clientCertificate: ['ClientCertificateFile'],
  'clientCertificate.certificateFile': ['ClientCertificateFile'],
  'clientCertificate.keyFile': ['ClientCertificateKeyFile'],
  'clientCertificate.keyPassword': ['ClientCertificateKeyPassword', 'ClientCertificateKeyPasswordFile'],
  dpop: ['DPoP'],
  scope: ['Scope'],
  audience: ['Audience', 'JWTAudience'],
  resource: ['Resource'],
  extraParameters: ['ExtraParameters'],
  caFile: ['VerifySSL'],
  verifyTls: ['VerifySSL'],
  httpProxy: ['HttpProxy'],
  allowInsecureHttp: ['AllowInsecureHttp'],
  publicKey: ['JWTPublicKey'],
  jwksUri: ['JWTJwksUri'],
  algorithms: ['JWTAlgorithms'],
}

/** @param isThere whether a key stands in the configuration */
export function keyOf(option: string, isThere: (key: string) => boolean): string | undefined {
  const [root = ''] = option.split('.', 1)
  const keys = KEYS[option] ?? KEYS[root]
  return keys?.find(isThere) ?? keys?.[0]
}
