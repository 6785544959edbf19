import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createBridge } from '@orthanc-oauth/bridge'
import { type Behaviour, temporaryFolder } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { writeConfiguration } from './support/bridge-configuration.ts'
import { bridgeWorld } from './support/bridge-world.ts'
import { canariesIn } from './support/canaries-in.ts'
import { ask } from './support/client.ts'
import { clockedWorld, refreshFails } from './support/clocked-world.ts'
import { fault } from './support/fault.ts'
import { recordedLog } from './support/recorded-log.ts'
import { serveFails } from './support/serve-fails.ts'
import { shown } from './support/shown.ts'
import { oauthError, tokenAnswer } from './support/token-answers.ts'
import { failureOf } from './support/token-world.ts'

const canary = 'canary-in-a-url-0123456789'
const GOOD = { server: 'https://pacs.example/dicom-web', tokenEndpoint: 'https://issuer.example/token' }

const KEYS = ['Url', 'Issuer', 'TokenEndpoint'] as const
const places = [
  { place: 'as a password', value: `https://orthanc:${canary}@host.example/path` },
  { place: 'as a user name', value: `https://${canary}@host.example/path` },
  { place: 'in the query', value: `https://host.example/path?client_secret=${canary}` },
]

for (const key of KEYS) {
  for (const { place, value } of places) {
    fault('CFG-F1', `a secret in ${key} ${place} is refused, and not printed`, async (seen) => {
      await using folder = await temporaryFolder()
      const configuration = await writeConfiguration(folder.path, { ...GOOD, serverKeys: { [key]: value } })
      const error = await failureOf(createBridge({ configuration, env: {} }))
      const leaked = canariesIn(shown(error), { canary })
      expect(error.category).toBe('CONFIGURATION')
      expect(error.message).toContain(`Servers.cloud.${key}`)
      expect(leaked).toBe(0)
      seen(`${key}, ${place}: ${error.code}, ${leaked} of it shown`)
    })
  }
}

fault('CFG-F1', 'serve names every such place at once, and prints none of the secrets', async (seen) => {
  await using folder = await temporaryFolder()
  const servers = Object.fromEntries(
    KEYS.flatMap((key) =>
      places.map(({ value }, place) => [`${key}-${place}`, { Url: `https://${key}-${place}.example`, [key]: value }]),
    ),
  )
  const { exitCode, stdout, stderr } = await serveFails(await writeConfiguration(folder.path, { ...GOOD, servers }))
  const named = Object.keys(servers).filter((name) => stderr.includes(`Servers.${name}.${name.split('-')[0]}: found`))
  const leaked = canariesIn(stderr + stdout, { canary })
  expect(exitCode).toBe(78)
  expect(named).toEqual(Object.keys(servers))
  expect(leaked).toBe(0)
  seen(`serve: exit code ${exitCode}, ${named.length} of ${Object.keys(servers).length} named, ${leaked} printed`)
})

const files = [
  { what: 'an empty file', content: '' },
  { what: 'a file of one newline', content: '\n' },
  { what: 'a file of one CRLF', content: '\r\n' },
]

fault('CFG-F2', 'an empty secret makes the start fail', async (seen) => {
  await using folder = await temporaryFolder()
  const configuration = await writeConfiguration(folder.path, { ...GOOD, serverKeys: { ClientSecret: '' } })
  const error = await failureOf(createBridge({ configuration, env: {} }))
  expect(error.message).toMatch(/Servers\.cloud\.ClientSecret: found an empty string/)
  seen(`ClientSecret "": ${error.code}`)
})

for (const { what, content } of files) {
  fault('CFG-F2', `${what} as a secret makes the start fail`, async (seen) => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'secret'), content)
    const serverKeys = { ClientSecret: undefined, ClientSecretFile: 'secret' }
    const configuration = await writeConfiguration(folder.path, { ...GOOD, serverKeys })
    const error = await failureOf(createBridge({ configuration, env: {} }))
    expect(error.message).toMatch(/Servers\.cloud\.ClientSecretFile: found/)
    seen(`${what}: ${error.code}`)
  })
}

for (const { content, sent } of [
  { content: 'a-secret', sent: 'a-secret' },
  { content: 'a-secret\n', sent: 'a-secret' },
  { content: 'a-secret\r\n', sent: 'a-secret' },
  { content: ' a-secret\n\n', sent: ' a-secret\n' },
]) {
  fault('CFG-F2', `of a secret file ${JSON.stringify(content)} one trailing newline is trimmed`, async (seen) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'secret')
    await writeFile(file, content)
    await using world = await bridgeWorld({ serverKeys: { ClientSecret: undefined, ClientSecretFile: file } })
    const body = new URLSearchParams(world.endpoint.requests[0]?.text())
    expect(body.get('client_secret')).toBe(sent)
    seen(`${JSON.stringify(content)}: ${JSON.stringify(body.get('client_secret'))} is sent`)
  })
}

for (const { mode, warned } of [
  { mode: 0o644, warned: 1 },
  { mode: 0o640, warned: 0 },
  { mode: 0o600, warned: 0 },
]) {
  fault('CFG-F3', `a secret file of mode ${mode.toString(8)} is warned of ${warned} times`, async (seen) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'secret')
    await writeFile(file, 'a-secret')
    await chmod(file, mode)
    const { log, lines } = recordedLog()
    await using world = await bridgeWorld({ log, serverKeys: { ClientSecret: undefined, ClientSecretFile: file } })
    const { data } = (await (await fetch(`${world.bridge.controlUrl}/dicomweb-oauth/status`)).json()) as Status
    const inStatus = data.warnings.filter(({ path }) => path.endsWith('Servers.cloud.ClientSecretFile'))
    const inLog = lines.filter(({ level, message }) => level === 'warn' && message.includes('ClientSecretFile'))
    expect([inStatus.length, inLog.length]).toEqual([warned, warned])
    seen(`${mode.toString(8)}: ${inStatus.length} in the status, ${inLog.length} in the log`)
  })
}

interface Status {
  readonly data: { readonly warnings: readonly { readonly path: string; readonly message: string }[] }
}

/** Gives tokens for this secret, and invalid_client for any other. */
function issuerOf(secret: string): Behaviour {
  let count = 0
  return async (exchange) => {
    await exchange.readBody()
    const right = new URLSearchParams(exchange.request.text()).get('client_secret') === secret
    count += 1
    await (right
      ? tokenAnswer({ access_token: `token-${count}`, expires_in: 600 })
      : oauthError('invalid_client', 401))(exchange)
  }
}

fault('CFG-F4', 'a rotated secret that is wrong costs no valid token, and somebody is told', async (seen) => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'secret')
  await writeFile(file, 'the-right-one', { mode: 0o600 })
  const { log, lines } = recordedLog()
  const serverKeys = { ClientSecret: undefined, ClientSecretFile: file }
  await using world = await clockedWorld({ log, serverKeys, tokens: issuerOf('the-right-one') })
  const { cloud, endpoint, origin } = world
  await writeFile(file, 'the-wrong-one')
  await refreshFails(world)
  const { status } = await ask(`${cloud}/studies`)
  const used = origin.requests[0]?.values('authorization').join()
  const alerts = lines.filter(({ fields }) => 'event_type' in fields && fields.event_type === 'auth_failure')
  expect([status, used]).toEqual([200, 'Bearer token-1'])
  expect(endpoint.requests).toHaveLength(2)
  expect(alerts).toHaveLength(1)
  seen(`${status} with ${used}; ${alerts.length} alert: ${alerts[0]?.message.replace(/http\S+/, 'the issuer')}`)
})
