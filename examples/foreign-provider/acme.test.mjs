import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@orthanc-oauth/core'
import { providerContract, startFaultServer } from '@orthanc-oauth/testing-contracts'
import { acmeProvider } from './acme.mjs'

const LIFETIME = 600_000

/** Acme, as its documents have it; yours may be the vendor's sandbox. */
async function startAcme() {
  const acme = { key: randomUUID(), issued: [] }
  const server = createServer((request, response) => {
    if (request.headers['x-acme-key'] !== acme.key) return response.writeHead(401).end()
    const ticket = randomUUID()
    acme.issued.push(ticket)
    response.end(JSON.stringify({ ticket, validSeconds: LIFETIME / 1_000 }))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return Object.assign(acme, { url: `http://127.0.0.1:${server.address().port}/ticket`, stop })
}

async function setUp() {
  const acme = await startAcme()
  const faulty = await startFaultServer()
  const folder = await mkdtemp(join(tmpdir(), 'acme-'))
  const file = join(folder, 'key')
  await writeFile(file, acme.key)
  const options = { url: acme.url, apiKey: new Secret(acme.key) }
  return {
    provider: () => acmeProvider(options),
    issued: () => acme.issued,
    lifetime: LIFETIME,
    answerOf: (token) => ({ ticket: token, validSeconds: LIFETIME / 1_000 }),
    misbehaving(behaviour) {
      faulty.always(behaviour)
      return acmeProvider({ ...options, url: `${faulty.url}/ticket` })
    },
    secrets: [acme.key],
    variants: () =>
      [{ url: 'http://127.0.0.1:1/' }, { apiKey: new Secret('other') }, { apiKey: { file } }].map((changed) =>
        acmeProvider({ ...options, ...changed }),
      ),
    rotations: {
      key: {
        provider: acmeProvider({ ...options, apiKey: { file } }),
        rotateAtIssuer: async () => {
          acme.key = randomUUID()
        },
        rotateInFile: () => writeFile(file, acme.key),
      },
    },
    async [Symbol.asyncDispose]() {
      await faulty[Symbol.asyncDispose]()
      await acme.stop()
      await rm(folder, { recursive: true })
    },
  }
}

providerContract({
  name: 'acme',
  setUp,
  rotations: ['key'],
  shiftsClock: false, // a ticket says how long it lives, and no time of day
  failures: [
    { title: 'an unknown key', answer: { status: 401 }, code: 'AUTH-001', retryable: false },
    { title: 'a 503', answer: { status: 503, body: 'busy' }, code: 'AUTH-003', retryable: true },
    { title: 'an HTML page', answer: { body: '<html></html>' }, code: 'TOK-005', retryable: false },
    { title: 'an empty answer', answer: {}, code: 'NET-002', retryable: true },
  ],
})
