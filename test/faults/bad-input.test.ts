import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answer, refusedScope, startIssuer, temporaryFolder } from '@orthanc-oauth/testing'
import { expect, test } from 'vitest'
import { bridgeWorld } from './support/bridge-world.ts'
import { ask } from './support/client.ts'
import { fault } from './support/fault.ts'
import { recordedLog } from './support/recorded-log.ts'
import { serveFails } from './support/serve-fails.ts'
import { shown } from './support/shown.ts'

/** EX_CONFIG of sysexits.h: no restart will mend it. */
const EX_CONFIG = 78

async function served(text: string) {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'orthanc.json')
  await writeFile(file, text)
  const { exitCode, stdout, stderr } = await serveFails(file)
  return { exitCode, stdout, lines: stderr.replaceAll(file, 'orthanc.json').trimEnd().split('\n') }
}

test('serve names file, line, JSON path, what was found and expected, the nearest key, and what to do', async () => {
  const { exitCode, stdout, lines } = await served(`{
  "DicomWebOAuth": {
    "RateLimitRequests": "ten",
    "Servers": {
      "cloud": {
        "Url": "https://pacs.example/dicom-web",
        "TokenEndpont": "https://issuer.example/token",
        "ClientId": "orthanc",
        "ClientAuthentication": "client_secret_psot",
        "ClientSecret": "never-to-be-shown"
      }
    }
  }
}`)
  expect(exitCode).toBe(EX_CONFIG)
  expect(stdout).toBe('')
  expect(lines).toContain(
    'CFG-002  orthanc.json:3: DicomWebOAuth.RateLimitRequests: found a string, expected a whole number from 1 to 1000000',
  )
  expect(lines).toContain(
    'CFG-100  orthanc.json:7: DicomWebOAuth.Servers.cloud.TokenEndpont: found an unknown key, expected a known key; nearest: TokenEndpoint',
  )
  expect(lines.join('\n')).toMatch(
    /CFG-002 {2}orthanc\.json:9: DicomWebOAuth\.Servers\.cloud\.ClientAuthentication: found a string, expected one of client_secret_post, .*; nearest: client_secret_post/,
  )
  expect(lines).toContain('    Correct the spelling, or start the key with _ to make it a comment.')
  expect(lines.join('\n')).not.toContain('never-to-be-shown')
})

test.each([
  { what: 'no JSON', text: '{ "DicomWebOAuth": { "Servers": { ] } }', complaint: /^CFG-101 {2}orthanc\.json:1: found/ },
  {
    what: 'no section',
    text: '{ "Name": "Orthanc" }',
    complaint: /^CFG-001 {2}orthanc\.json:1: DicomWebOAuth: found nothing/,
  },
  {
    what: 'no servers',
    text: '{ "DicomWebOAuth": {} }',
    complaint: /^CFG-001 {2}orthanc\.json:1: DicomWebOAuth\.Servers: found nothing/,
  },
  {
    what: 'a variable that is not set',
    text: '{ "DicomWebOAuth": { "Servers": { "cloud": { "Url": "https://${NO_SUCH_HOST}/",\n "Issuer": "https://issuer.example", "ClientId": "a", "ClientSecret": "b" } } } }',
    complaint:
      /^CFG-003 {2}orthanc\.json:1: DicomWebOAuth\.Servers\.cloud\.Url: found \$\{NO_SUCH_HOST\}, which is not set/,
  },
])('serve with $what ends with 78 and says where', async ({ text, complaint }) => {
  const { exitCode, lines } = await served(text)
  expect(exitCode).toBe(EX_CONFIG)
  expect(lines[0]).toMatch(complaint)
})

test('serve with a file that is not there ends with 78 and names it', async () => {
  const { exitCode, stderr } = await serveFails('/nowhere/orthanc.json')
  expect(exitCode).toBe(EX_CONFIG)
  expect(stderr).toMatch(/^CFG-102 {2}\/nowhere\/orthanc\.json: cannot be read \(ENOENT\)/)
})

test('an unknown server is a 404 at both listeners, and nothing leaves', async () => {
  await using world = await bridgeWorld()
  const { bridge, origin } = world
  const data = await ask(`${bridge.dataUrl}/clout/studies`)
  const control = await fetch(`${bridge.controlUrl}/dicomweb-oauth/servers/clout/test`, { method: 'POST' })
  expect([data.status, control.status]).toEqual([404, 404])
  expect(JSON.parse(data.body)).toEqual({ error: "Server 'clout' not configured" })
  expect(await control.json()).toMatchObject({ error: "Server 'clout' not configured" })
  expect(origin.requests).toHaveLength(0)
})

const STORM = 50

fault('TOK-F08', '50 requests with a wrong secret are one call of the issuer', async (seen) => {
  await using issuer = await startIssuer()
  const { log, lines } = recordedLog()
  const { clientId } = issuer.clients.client_secret_post
  await using world = await bridgeWorld({
    log,
    tokenEndpoint: issuer.tokenEndpoint,
    serverKeys: { ClientId: clientId, ClientSecret: 'the-wrong-secret', Scope: undefined },
  })
  const answers = await Promise.all(Array.from({ length: STORM }, () => ask(`${world.cloud}/studies`)))
  const statuses = new Set(answers.map(({ status }) => status))
  const waits = answers.map(({ headers }) => Number(headers['retry-after']))
  const codes = new Set(answers.map(({ body }) => JSON.parse(body).error_code))
  expect([...statuses]).toEqual([503])
  expect([...codes]).toEqual(['AUTH-001'])
  expect(Math.min(...waits)).toBeGreaterThan(30)
  expect(Math.max(...waits)).toBeLessThanOrEqual(60)
  expect(issuer.tokenRequests).toHaveLength(1)
  expect(world.origin.requests).toHaveLength(0)
  expect(lines.some(({ message }) => message.includes("Server 'cloud': no token yet, going on"))).toBe(true)
  seen(
    `${STORM} requests: ${[...statuses].join()} ${[...codes].join()}, Retry-After ${Math.min(...waits)} to ${Math.max(...waits)}, ${issuer.tokenRequests.length} call, ${world.origin.requests.length} requests upstream`,
  )
})

fault('TOK-F09', 'a scope that is not granted is said in answer and status, with the key to correct', async (seen) => {
  await using issuer = await startIssuer()
  const { clientId, clientSecret } = issuer.clients.client_secret_post
  await using world = await bridgeWorld({
    tokenEndpoint: issuer.tokenEndpoint,
    serverKeys: { ClientId: clientId, ClientSecret: clientSecret, Scope: refusedScope },
  })
  const { status, body } = await ask(`${world.cloud}/studies`)
  const { data } = (await (await fetch(`${world.bridge.controlUrl}/dicomweb-oauth/servers`)).json()) as Servers
  const [server] = data.servers
  expect(status).toBe(503)
  expect(JSON.parse(body)).toMatchObject({ error_code: 'AUTH-002', details: { error: 'invalid_scope' } })
  expect(server?.last_error?.error_code).toBe('AUTH-002')
  expect(server?.last_error?.troubleshooting.join()).toContain('Check Scope')
  expect(issuer.tokenRequests).toHaveLength(1)
  seen(
    `${status} ${server?.last_error?.error_code}, "${server?.last_error?.troubleshooting.join()}", ${issuer.tokenRequests.length} call`,
  )
})

interface Servers {
  readonly data: {
    readonly servers: readonly {
      readonly last_error: { readonly error_code: string; readonly troubleshooting: readonly string[] } | null
    }[]
  }
}

fault('TOK-F05', 'a login page for a token endpoint is a 503, and nothing of it is logged', async (seen) => {
  const { log, lines } = recordedLog()
  const page = answer({ headers: { 'content-type': 'text/html' }, body: '<html>Sign in, nurse-7</html>' })
  await using world = await bridgeWorld({ log, tokens: page })
  const refused = await ask(`${world.cloud}/studies`)
  const said = shown([lines, refused])
  expect(refused.status).toBe(503)
  expect(JSON.parse(refused.body)).toMatchObject({ error_code: 'TOK-005' })
  expect(said).not.toMatch(/Sign in|nurse-7/)
  expect(world.endpoint.requests).toHaveLength(1)
  seen(
    `the bridge: ${refused.status} ${JSON.parse(refused.body).error_code} after ${world.endpoint.requests.length} call, ${said.split('nurse-7').length - 1} × the page in ${lines.length} log lines`,
  )
})
