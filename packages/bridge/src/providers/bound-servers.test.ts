import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  answer,
  type Certificates,
  certificates,
  type DicomWebOriginOptions,
  dicomFiles,
  type EmbeddedDicomWeb,
  json,
  leaks,
  startDicomWebOrigin,
  startEmbeddedDicomWeb,
  startFaultServer,
  startIssuer,
  type TemporaryFolder,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { serverKeys } from '../bridge.fixture.ts'
import { startBridge } from '../started-bridge.fixture.ts'

/** More than is kept of a body. */
const LARGE = 2 * 2 ** 20

let pki: Certificates
let folder: TemporaryFolder
let caFile: string

beforeAll(async () => {
  pki = await certificates()
  folder = await temporaryFolder()
  caFile = await written('ca.pem', pki.ca.certificate)
  return () => folder[Symbol.asyncDispose]()
})

async function written(name: string, text: string): Promise<string> {
  const file = join(folder.path, name)
  await writeFile(file, text, { mode: 0o600 })
  return file
}

/** An issuer, a server that insists on what its tokens are bound to, and a bridge between. */
async function world(
  issuerOptions: Parameters<typeof startIssuer>[0],
  originOptions: Partial<DicomWebOriginOptions>,
  keys: (issuer: Awaited<ReturnType<typeof startIssuer>>) => object,
) {
  await using stack = new AsyncDisposableStack()
  const issuer = stack.use(await startIssuer(issuerOptions))
  const behind: EmbeddedDicomWeb = stack.use(await startEmbeddedDicomWeb())
  const accepts = { ...issuer, audience: issuer.audience, ...(issuerOptions?.tls && { ca: pki.ca.certificate }) }
  const origin = stack.use(await startDicomWebOrigin({ issuer: accepts, behind, ...originOptions }))
  const bridge = stack.use(await startBridge({ pacs: { ...serverKeys(origin.dicomWebUrl, issuer), ...keys(issuer) } }))
  const owned = stack.move()
  return { issuer, origin, bridge, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function stow(get: (path: string, init: RequestInit) => Promise<Response>, padding = 0): Promise<Response> {
  const [file] = await dicomFiles()
  const boundary = 'part'
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`
  const pieces: (string | Uint8Array<ArrayBuffer>)[] = [
    ' '.repeat(padding),
    `\r\n${head}`,
    new Uint8Array(file?.bytes ?? []),
    `\r\n--${boundary}--\r\n`,
  ]
  return get('/pacs/studies', {
    method: 'POST',
    headers: { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
    body: new Blob(pieces),
  })
}

describe('DPoP', () => {
  const keys = () => ({ DPoP: true })

  test('TOK-F19: a server and an issuer that want nonces get them: nothing fails, nothing is asked for twice', async () => {
    await using around = await world({ dpop: 'required-with-nonce' }, { nonces: true }, keys)
    const { issuer, origin, bridge } = around
    expect((await bridge.get('/pacs/studies')).status).toBe(200)
    expect(origin.tally.refused).toEqual({ 'proof nonce': 1 })
    origin.rotateNonce()
    expect((await stow(bridge.get)).status).toBe(200)
    expect((await bridge.get('/pacs/studies')).status).toBe(200)
    origin.rotateNonce()
    expect((await stow(bridge.get, LARGE)).status).toBe(200)
    expect(origin.tally.refused).toEqual({ 'proof nonce': 1 })
    expect(issuer.tokenRequests.map(({ status }) => status)).toEqual([400, 200])
    expect(bridge.bridge.servers.get('pacs')?.authorizer).not.toHaveProperty('bearer')
  })

  test('a proof of the client goes no further', async () => {
    await using around = await world({ dpop: 'required' }, {}, keys)
    const answered = await around.bridge.get('/pacs/studies', { headers: { dpop: 'mine', DPoP: 'mine' } })
    expect([answered.status, around.origin.tally.refused]).toEqual([200, {}])
  })

  test('a plain bearer server gets no proof of the client either', async () => {
    await using issuer = await startIssuer()
    await using origin = await startFaultServer()
    await using bridge = await startBridge({ pacs: serverKeys(origin.url, issuer) })
    await bridge.get('/pacs/studies', { headers: { dpop: 'mine' } })
    expect(origin.requests[0]?.values('dpop')).toEqual([])
  })
})

describe('a client certificate', () => {
  test('is shown to issuer and server, which take the token from nobody else', async () => {
    const certificate = {
      ClientCertificateFile: await written('client.crt', pki.client.certificate),
      ClientCertificateKeyFile: await written('client.key', pki.client.key),
    }
    await using around = await world(
      { tls: pki.server, clientCa: pki.ca.certificate },
      { tls: pki.server, clientCertificates: true },
      ({ clients }) => ({
        ...certificate,
        ClientId: clients.tls_client_auth.clientId,
        ClientSecret: undefined,
        ClientAuthentication: 'tls_client_auth',
        VerifySSL: caFile,
      }),
    )
    const { origin, bridge, issuer } = around
    expect((await stow(bridge.get)).status).toBe(200)
    expect(origin.tally.refused).toEqual({})
    const token = issuer.tokenRequests[0]?.token ?? ''
    await expect(
      fetch(`${origin.dicomWebUrl}studies`, { headers: { authorization: `Bearer ${token}` } }),
    ).rejects.toThrow()
  })

  test.each<[string, () => Promise<object>, string, string, RegExp]>([
    [
      'a key of another certificate',
      async () => ({ ClientCertificateKeyFile: await written('other.key', pki.server.key) }),
      'CFG-002',
      'ClientCertificateKeyFile',
      /is not that of the certificate/,
    ],
    [
      'no certificate',
      async () => ({ ClientCertificateFile: await written('none.crt', 'none') }),
      'CFG-002',
      'ClientCertificateFile',
      /no PEM certificate/,
    ],
    [
      'a key with a password',
      async () => ({
        ClientCertificateKeyPassword: 'p4ssw0rd',
        ClientCertificateKeyFile: await written('no.key', 'ENCRYPTED'),
      }),
      'CFG-002',
      'ClientCertificateKeyPassword',
      /password does not open/,
    ],
  ])('with %s is an error at the start that names the key', async (_what, wrong, code, key, words) => {
    const server = {
      Url: 'https://pacs.example/',
      TokenEndpoint: 'https://issuer.example/token',
      ClientId: 'a',
      ClientAuthentication: 'tls_client_auth',
      ClientCertificateFile: await written('client.crt', pki.client.certificate),
      ClientCertificateKeyFile: await written('client.key', pki.client.key),
      ...(await wrong()),
    }
    const error = await startBridge({ pacs: server }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      errors: [{ code, details: { path: `DicomWebOAuth.Servers.pacs.${key}` }, message: expect.stringMatching(words) }],
    })
    expect(leaks(error, ['p4ssw0rd'])).toEqual([])
  })

  test('that has expired stops no other server at the start, and its own says why', async () => {
    await using issuer = await startIssuer()
    await using origin = await startFaultServer()
    await using expired = await startFaultServer({ tls: pki.server })
    await using bridge = await startBridge({
      pacs: serverKeys(origin.url, issuer),
      old: {
        ...serverKeys(expired.url, issuer),
        TokenEndpoint: `${expired.url}/token`,
        VerifySSL: caFile,
        ClientCertificateFile: await written('expired.crt', pki.expired.certificate),
        ClientCertificateKeyFile: await written('expired.key', pki.expired.key),
      },
    })
    expect((await bridge.get('/pacs/studies')).status).toBe(200)
    const answered = await bridge.get('/old/studies')
    expect([answered.status, ((await answered.json()) as { error_code: string }).error_code]).toEqual([503, 'CFG-002'])
    expect(expired.connections).toBe(0)
  })
})

describe('verification', () => {
  test('a token of another audience is not used, and says so', async () => {
    await using issuer = await startIssuer()
    await using origin = await startFaultServer()
    const verified = { JWTJwksUri: issuer.jwksUri, JWTIssuer: issuer.issuer }
    await using bridge = await startBridge({
      good: serverKeys(origin.url, issuer, { ...verified, JWTAudience: issuer.audience }),
      bad: serverKeys(`${origin.url}/bad`, issuer, { ...verified, JWTAudience: 'another' }),
    })
    expect((await bridge.get('/good/studies')).status).toBe(200)
    const answered = await bridge.get('/bad/studies')
    expect([answered.status, ((await answered.json()) as { error_code: string }).error_code]).toEqual([503, 'TOK-004'])
    expect(origin.requests).toHaveLength(1)
  })

  test.each([
    [{ JWTPublicKey: 'no key' }, 'JWTPublicKey'],
    [{ JWTJwksUri: 'https://issuer.example/jwks', JWTAlgorithms: 'HS256' }, 'JWTAlgorithms'],
    [{ JWTJwksUri: 'https://issuer.example/jwks', JWTAlgorithms: ['none'] }, 'JWTAlgorithms'],
  ])('%j is an error at the start that names the key', async (wrong, key) => {
    await using issuer = await startIssuer()
    const error = await startBridge({ pacs: serverKeys('https://pacs.example', issuer, wrong) }).catch(
      (thrown) => thrown,
    )
    expect(error).toMatchObject({
      errors: [{ code: 'CFG-002', details: { path: `DicomWebOAuth.Servers.pacs.${key}` } }],
    })
  })
})

test('Keycloak is found by its token endpoint, and its errors say what to do there', async () => {
  await using keycloak = await startFaultServer()
  const realm = '/realms/hospital'
  keycloak.always(answer({ status: 404 }))
  keycloak.nextAt(
    `${realm}/.well-known/openid-configuration`,
    json({ issuer: keycloak.url + realm, token_endpoint: `${keycloak.url}${realm}/protocol/openid-connect/token` }),
  )
  keycloak.nextAt(
    `${realm}/protocol/openid-connect/token`,
    json(
      { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' },
      { status: 401 },
    ),
  )
  const server = { Url: 'https://pacs.example', RealmUrl: keycloak.url + realm, ClientId: 'a', ClientSecret: 'b' }
  await using bridge = await startBridge({ pacs: server })
  const answered = await bridge.get('/pacs/studies')
  const said = (await answered.json()) as { error_code: string; troubleshooting: string[] }
  expect([answered.status, said.error_code]).toEqual([503, 'AUTH-001'])
  expect(said.troubleshooting.join(' ')).toContain('Keycloak says this of a wrong secret')
  const listed = await bridge.control('/dicomweb-oauth/servers')
  expect(listed.json()).toMatchObject({ data: { servers: [{ token_endpoint: keycloak.url + realm }] } })
})
