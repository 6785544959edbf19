import { createBridge } from '@orthanc-oauth/bridge'
import { temporaryFolder } from '@orthanc-oauth/testing'
import { expect } from 'vitest'
import { writeConfiguration } from './support/bridge-configuration.ts'
import { bridgeWorld } from './support/bridge-world.ts'
import { fault } from './support/fault.ts'
import { recordedLog } from './support/recorded-log.ts'
import { failureOf } from './support/token-world.ts'

const HTTPS = { server: 'https://pacs.example/dicom-web', tokenEndpoint: 'https://issuer.example/token' }

const plain = [
  { key: 'Url', value: 'http://pacs.example/dicom-web' },
  { key: 'TokenEndpoint', value: 'http://issuer.example/token' },
  { key: 'Issuer', value: 'http://issuer.example' },
]

for (const { key, value } of plain) {
  fault('NET-F9', `plain http in ${key} is refused when the configuration is read`, async (seen) => {
    await using folder = await temporaryFolder()
    const configuration = await writeConfiguration(folder.path, { ...HTTPS, serverKeys: { [key]: value } })
    const error = await failureOf(createBridge({ configuration, env: {} }))
    expect(error.code).toBe('CFG-104')
    expect(error.message).toMatch(new RegExp(`Servers\\.cloud\\.${key}: found http.*AllowInsecureHttp`))
    seen(`${key}: ${error.code}`)
  })
}

fault('NET-F9', 'AllowInsecureHttp of another server changes nothing', async (seen) => {
  await using folder = await temporaryFolder()
  const servers = { other: { Url: 'https://other.example', AllowInsecureHttp: true } }
  const server = 'http://pacs.example/dicom-web'
  const configuration = await writeConfiguration(folder.path, { ...HTTPS, server, servers })
  const error = await failureOf(createBridge({ configuration, env: {} }))
  expect(error.code).toBe('CFG-104')
  seen(`allowed for another server: ${error.code}`)
})

fault('NET-F9', 'with AllowInsecureHttp it is allowed, and warned of in log and status', async (seen) => {
  const { log, lines } = recordedLog()
  await using world = await bridgeWorld({
    log,
    server: 'http://pacs.example/dicom-web',
    serverKeys: { AllowInsecureHttp: true },
  })
  const answer = await fetch(`${world.bridge.controlUrl}/dicomweb-oauth/status`)
  const { data } = (await answer.json()) as { data: { warnings: { path: string; message: string; server: string }[] } }
  const inStatus = data.warnings.filter(({ path }) => path.endsWith('Servers.cloud.Url'))
  const inLog = lines.filter(({ level, message }) => level === 'warn' && message.includes('Servers.cloud.Url'))
  expect([inStatus.length, inLog.length]).toEqual([1, 1])
  expect(inStatus[0]).toMatchObject({ server: 'cloud', message: expect.stringContaining('http to another machine') })
  seen(`allowed: ${inStatus.length} warning in the status, ${inLog.length} in the log`)
})

for (const host of ['127.0.0.1', '127.8.9.1', 'localhost', '[::1]']) {
  fault('NET-F9', `plain http to ${host} stays on this machine, and needs no leave`, async (seen) => {
    await using folder = await temporaryFolder()
    const configuration = await writeConfiguration(folder.path, {
      server: `http://${host}:8043/dicom-web`,
      tokenEndpoint: `http://${host}:8080/token`,
    })
    await using bridge = await createBridge({ configuration, env: {} })
    const url = bridge.servers.get('cloud')?.options.url
    expect(url).toBe(`http://${host}:8043/dicom-web`)
    seen(`${host}: read as ${url}`)
  })
}

for (const host of ['127.0.0.1.example', 'localhost.example', '0.0.0.0', '[::ffff:10.0.0.1]', '10.0.0.1']) {
  fault('NET-F9', `plain http to ${host} leaves this machine`, async (seen) => {
    await using folder = await temporaryFolder()
    const server = `http://${host}:8043/dicom-web`
    const configuration = await writeConfiguration(folder.path, { ...HTTPS, server })
    const error = await failureOf(createBridge({ configuration, env: {} }))
    expect(error.code).toBe('CFG-104')
    seen(`${host}: ${error.code}`)
  })
}
