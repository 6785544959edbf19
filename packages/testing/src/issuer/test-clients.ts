import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

/** How a client proves who it is at the token endpoint (RFC 6749 section 2.3, OpenID Connect Core section 9, RFC 8705 section 2). */
export type ClientAuthenticationMethod =
  | 'client_secret_post'
  | 'client_secret_basic'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'none'

export interface TestClient<M extends ClientAuthenticationMethod = ClientAuthenticationMethod> {
  readonly clientId: string
  readonly clientAuthentication: M
  /** Space-separated; the issuer grants these and refuses `refusedScope`. */
  readonly scope: string
}

export interface SecretClient<M extends ClientAuthenticationMethod = ClientAuthenticationMethod> extends TestClient<M> {
  /** Assign another to rotate it: the issuer refuses the old one from then on. */
  clientSecret: string
}

/** A private key whose public half the issuer knows. */
export interface TestKey {
  /** The `kid` it is registered by. */
  readonly keyId: string
  /** JWS algorithm that fits (RFC 7518 section 3.1). */
  readonly algorithm: string
  readonly key: KeyObject
}

export interface KeyClient extends TestClient<'private_key_jwt'> {
  /** Assign another to rotate it: the issuer knows the old one no more. */
  readonly keys: Record<'rsa' | 'p256' | 'p384' | 'p521' | 'ed25519', TestKey>
}

export interface CertificateClient extends TestClient<'tls_client_auth'> {
  /** Of the certificate that it is known by, as node:crypto writes it. Assign another to rotate it. */
  subject: string
}

/** One client for each way of authentication, by its name. */
export interface TestClients {
  readonly client_secret_post: SecretClient<'client_secret_post'>
  readonly client_secret_basic: SecretClient<'client_secret_basic'>
  readonly client_secret_jwt: SecretClient<'client_secret_jwt'>
  readonly private_key_jwt: KeyClient
  /** Known by the subject of `certificates().client`. Of an issuer with a `clientCa` alone. */
  readonly tls_client_auth: CertificateClient
  readonly none: TestClient<'none'>
}

export const grantedScope = 'dicom.read dicom.write'
/** The issuer knows it and grants it to nobody: invalid_scope. */
export const refusedScope = 'dicom.admin'

/** 256 bits: what HS256 wants at least (RFC 7518 section 3.2). */
const SECRET_BYTES = 32

const generate = promisify(generateKeyPair)

/** Random secrets and keys, so that a leak can be searched for. */
export async function testClients(): Promise<TestClients> {
  const [rsa, p256, p384, p521, ed25519] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('ec', { namedCurve: 'P-256' }),
    generate('ec', { namedCurve: 'P-384' }),
    generate('ec', { namedCurve: 'P-521' }),
    generate('ed25519'),
  ])
  const secretClient = <M extends ClientAuthenticationMethod>(clientAuthentication: M): SecretClient<M> => ({
    clientId: `orthanc-${clientAuthentication}`,
    clientAuthentication,
    clientSecret: randomSecret(),
    scope: grantedScope,
  })
  return {
    client_secret_post: secretClient('client_secret_post'),
    client_secret_basic: secretClient('client_secret_basic'),
    client_secret_jwt: secretClient('client_secret_jwt'),
    private_key_jwt: {
      clientId: 'orthanc-private_key_jwt',
      clientAuthentication: 'private_key_jwt',
      scope: grantedScope,
      keys: {
        rsa: { keyId: 'rsa', algorithm: 'RS256', key: rsa.privateKey },
        p256: { keyId: 'p256', algorithm: 'ES256', key: p256.privateKey },
        p384: { keyId: 'p384', algorithm: 'ES384', key: p384.privateKey },
        p521: { keyId: 'p521', algorithm: 'ES512', key: p521.privateKey },
        ed25519: { keyId: 'ed25519', algorithm: 'Ed25519', key: ed25519.privateKey },
      },
    },
    tls_client_auth: {
      clientId: 'orthanc-tls_client_auth',
      clientAuthentication: 'tls_client_auth',
      scope: grantedScope,
      subject: 'CN=client',
    },
    none: { clientId: 'orthanc-none', clientAuthentication: 'none', scope: grantedScope },
  }
}

/** Ends in what Basic authentication must encode (RFC 6749, section 2.3.1). */
export function randomSecret(): string {
  return `${randomBytes(SECRET_BYTES).toString('base64url')} :+/%&=?~`
}
