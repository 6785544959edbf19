import { z } from 'zod'
import { anything, flag, integer, oneOf, path, secret, text, texts, url } from './fields.ts'
import { resilienceSchema } from './resilience-schema.ts'

/** As the Python plugin. */
const LONGEST_REFRESH_BUFFER = 3600
/** A week: the longest transfer that anybody could want. */
const LONGEST_TRANSFER = 604_800

/** Keys whose work is still to come: what is done with each is in later-keys.ts. */
const laterServerShape = {
  AuthorityHost: anything(),
  AuthorizedUserFile: anything(),
  Cloud: anything(),
  CredentialsFile: anything(),
  Dialect: anything(),
  DisableJWTValidation: anything(),
  DuplicatesAreStored: anything(),
  ExternalId: anything(),
  ImpersonateServiceAccount: anything(),
  ManagedIdentityClientId: anything(),
  MaxBytesPerSecond: anything(),
  MaxConcurrentRequests: anything(),
  MaxInstancesPerRequest: anything(),
  MaxRequestBytes: anything(),
  PayloadSigning: anything(),
  Profile: anything(),
  Region: anything(),
  RewriteUrls: anything(),
  RoleArn: anything(),
  ServiceAccount: anything(),
  ServiceAccountFile: anything(),
  StudyRetrieve: anything(),
  TenantId: anything(),
  TransferSyntax: anything(),
  UseDefaultCredential: anything(),
  UseInstanceProfile: anything(),
  UseManagedIdentity: anything(),
}

export type LaterServerKey = keyof typeof laterServerShape

/** An entry of `Servers`. Which keys are required depends on others, and is looked at where they are known. */
export const serverSchema = z.strictObject(
  {
    Url: url('the DICOMweb server').optional(),
    /** Another name of Url, in templates of the Python plugin. */
    DicomWebRoot: url('the DICOMweb server').optional(),
    Mode: oneOf(['proxy', 'push']).default('proxy'),
    ProviderType: text('the name of a provider').optional(),
    /** Another name of ProviderType. */
    Provider: text('the name of a provider').optional(),
    TokenEndpoint: url('the token endpoint').optional(),
    Issuer: url('the issuer').optional(),
    RealmUrl: url('the realm').optional(),
    ClientId: text().optional(),
    ClientSecret: secret().optional(),
    ClientSecretFile: path().optional(),
    ClientAuthentication: oneOf([
      'client_secret_post',
      'client_secret_basic',
      'client_secret_jwt',
      'private_key_jwt',
      'tls_client_auth',
      'none',
    ]).optional(),
    PrivateKey: secret().optional(),
    PrivateKeyFile: path().optional(),
    PrivateKeyId: text().optional(),
    PrivateKeyAlgorithm: text('a JWS algorithm (RFC 7518), such as PS256').optional(),
    FederatedTokenFile: path().optional(),
    ClientCertificateFile: path().optional(),
    ClientCertificateKeyFile: path().optional(),
    ClientCertificateKeyPassword: secret().optional(),
    ClientCertificateKeyPasswordFile: path().optional(),
    DPoP: flag().default(false),
    Scope: text('scopes, with spaces between').optional(),
    Audience: text().optional(),
    Resource: z.union([z.string(), z.array(z.string())], 'a string or a list of strings').optional(),
    ExtraParameters: texts('an object of strings').optional(),
    VerifySSL: z.union([z.boolean(), z.string()], 'true, false or the path of a CA bundle').default(true),
    AllowInsecureHttp: flag().default(false),
    HttpProxy: text('the URL of an HTTP proxy').optional(),
    JWTPublicKey: text('a PEM').nullish(),
    JWTJwksUri: url('the key set').nullish(),
    JWTAudience: text().nullish(),
    JWTIssuer: text().nullish(),
    JWTAlgorithms: z
      .union([z.string(), z.array(z.string())], 'a JWS algorithm (RFC 7518), such as RS256, or a list of them')
      .nullish(),
    TokenRefreshBufferSeconds: integer(0, LONGEST_REFRESH_BUFFER, 'seconds').optional(),
    /** Another name of TokenRefreshBufferSeconds, in templates of the Python plugin. */
    RefreshBufferSeconds: integer(0, LONGEST_REFRESH_BUFFER, 'seconds').optional(),
    ResilienceConfig: resilienceSchema.optional(),
    HasDelete: flag().optional(),
    ChunkedTransfers: flag().optional(),
    HasWadoRsUniversalTransferSyntax: flag().optional(),
    Timeout: integer(1, LONGEST_TRANSFER, 'seconds').optional(),
    ProviderOptions: z.unknown().optional(),
    ...laterServerShape,
  },
  'an object with the settings of a server',
)

export type ServerValues = z.output<typeof serverSchema>
