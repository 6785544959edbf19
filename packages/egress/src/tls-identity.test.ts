import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { OrthancOAuthError, Secret, type TlsIdentity } from '@orthanc-oauth/core'
import {
  acquireRequest,
  type Certificates,
  certificates,
  fakeClock,
  leaks,
  type TemporaryFolder,
  temporaryFolder,
} from '@orthanc-oauth/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectionError } from './connection-error.ts'
import type { Egress } from './egress.ts'
import { openIssuerConnection } from './open-issuer-connection.ts'
import { checkValidity, readTlsIdentity } from './tls-identity.ts'

const PASSWORD = 'p4ssw0rd-of-the-key'

let pki: Certificates
let folder: TemporaryFolder
let identity: TlsIdentity

beforeAll(async () => {
  pki = await certificates()
  folder = await temporaryFolder()
  identity = {
    certificateFile: await written('client.crt', pki.client.certificate),
    keyFile: await written('client.key', pki.client.key),
  }
  return () => folder[Symbol.asyncDispose]()
})

async function written(name: string, text: string): Promise<string> {
  const file = join(folder.path, name)
  await writeFile(file, text)
  return file
}

const encrypted = () =>
  createPrivateKey(pki.client.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: PASSWORD,
  }) as string

async function failure(promise: Promise<unknown>): Promise<OrthancOAuthError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof OrthancOAuthError) return error
  throw new Error('No error of ours', { cause: error })
}

describe('readTlsIdentity', () => {
  test('gives what node:tls takes', async () => {
    expect(await readTlsIdentity(identity)).toEqual({ cert: pki.client.certificate, key: pki.client.key })
  })

  test('an encrypted key is opened by its password, given or in a file', async () => {
    const keyFile = await written('encrypted.key', encrypted())
    const file = await written('password', `${PASSWORD}\n`)
    for (const keyPassword of [new Secret(PASSWORD), { file }])
      expect(await readTlsIdentity({ ...identity, keyFile, keyPassword })).toMatchObject({ passphrase: PASSWORD })
  })

  test.each<[string, string, string, () => Promise<Partial<TlsIdentity>>]>([
    ['no file', 'CFG-102', 'certificateFile', async () => ({ certificateFile: join(folder.path, 'none') })],
    ['no file', 'CFG-102', 'keyFile', async () => ({ keyFile: join(folder.path, 'none') })],
    ['no PEM', 'CFG-002', 'certificateFile', async () => ({ certificateFile: await written('a', 'text') })],
    ['a key', 'CFG-002', 'certificateFile', async () => ({ certificateFile: identity.keyFile })],
    ['no PEM', 'CFG-002', 'keyFile', async () => ({ keyFile: await written('b', 'text') })],
    ['a certificate', 'CFG-002', 'keyFile', async () => ({ keyFile: identity.certificateFile })],
    ['of another certificate', 'CFG-002', 'keyFile', async () => ({ keyFile: await written('c', pki.server.key) })],
    [
      'of another type',
      'CFG-002',
      'keyFile',
      async () => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
        return { keyFile: await written('d', privateKey.export({ type: 'pkcs1', format: 'pem' }) as string) }
      },
    ],
    ['missing', 'CFG-002', 'keyPassword', async () => ({ keyFile: await written('e', encrypted()) })],
    [
      'wrong',
      'CFG-002',
      'keyPassword',
      async () => ({ keyFile: await written('f', encrypted()), keyPassword: new Secret('wr0ng-password') }),
    ],
  ])('%s: %s that names %s and the fix', async (_what, code, option, wrong) => {
    const error = await failure(readTlsIdentity({ ...identity, ...(await wrong()) }))
    expect(error).toMatchObject({ code, details: { option: `clientCertificate.${option}` }, retryable: false })
    expect(error.troubleshooting.length).toBeGreaterThan(0)
    const keys = [pki.client.key, pki.server.key].flatMap((pem) => pem.split('\n').filter((line) => line.length > 30))
    expect(leaks(error, [PASSWORD, 'wr0ng-password', ...keys])).toEqual([])
  })
})

describe('checkValidity', () => {
  const at = (days: number) => {
    const clock = fakeClock()
    clock.jump(Date.now() - clock.now() + days * 24 * 60 * 60 * 1_000)
    return clock
  }

  test('NET-F8: one that has expired, or is not yet valid, is an error that says since when', () => {
    checkValidity(pki.client.certificate, identity, at(0))
    for (const [days, words] of [
      [2, /expired at \d{4}-/],
      [-2, /valid from \d{4}-/],
    ] as const)
      expect(() => checkValidity(pki.client.certificate, identity, at(days))).toThrow(
        expect.objectContaining({
          code: 'CFG-002',
          message: expect.stringMatching(words),
          details: { option: 'clientCertificate.certificateFile', file: identity.certificateFile },
        }),
      )
  })
})

describe('the connection to an issuer', () => {
  test('NET-F8: shows the certificate that lies there now, and with one that has expired connects not at all', async () => {
    const shown: (string | undefined)[] = []
    let connections = 0
    const server = createServer(
      { key: pki.server.key, cert: pki.server.certificate, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        shown.push((request.socket as TLSSocket).getPeerX509Certificate()?.toString().trim())
        response.end()
      },
    )
    server.on('connection', () => {
      connections += 1
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const caFile = await written('ca.pem', pki.ca.certificate)
    const own = {
      certificateFile: await written('rotated.crt', pki.client.certificate),
      keyFile: await written('rotated.key', pki.client.key),
    }
    const exchange = async (egress: Egress) => {
      const connection = await openIssuerConnection(egress, acquireRequest())
      await connection.exchange(url, { method: 'GET', headers: {} }).finally(() => connection.close())
    }
    await exchange({ caFile })
    await exchange({ caFile, identity: own })
    await writeFile(own.certificateFile, pki.server.certificate)
    await writeFile(own.keyFile, pki.server.key)
    await exchange({ caFile, identity: own })
    expect(shown).toEqual([undefined, pki.client.certificate.trim(), pki.server.certificate.trim()])

    await writeFile(own.certificateFile, pki.expired.certificate)
    await writeFile(own.keyFile, pki.expired.key)
    expect(await failure(exchange({ caFile, identity: own }))).toMatchObject({ code: 'CFG-002' })
    expect(connections).toBe(3)
    server.close()
  })
})

test.each([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
])('a server that says %s is told from one whose own certificate is wrong', (code) => {
  const error = connectionError(Object.assign(new Error('alert'), { code }), 'https://issuer.example/token')
  expect(error).toMatchObject({
    code: 'NET-003',
    message: expect.stringMatching(/does not accept the client certificate, or wants one/),
    retryable: false,
  })
})
